import { LibcniError } from '../errors/libcni-error.js';

/**
 * Refuses what cannot be the name of a file in a folder.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function checkNetnsName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return;
  throw new LibcniError('ERR_NETNS', `${JSON.stringify(name)} cannot name a namespace`, { value: name });
}
