import { LibcniError } from '../errors/libcni-error.js';

/**
 * Refuses names that cannot be a file in a folder.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function checkNetnsName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return;
  throw new LibcniError('ERR_NETNS', `${JSON.stringify(name)} cannot be the name of a namespace`, {
    value: name,
  });
}
