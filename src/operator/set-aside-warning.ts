import { basename } from 'node:path';
import type { SetAside } from '../files/state-folder.js';
import type { LibcniWarning } from '../libcni/index.js';
import { keyFromUniqueName } from './attachment-key.js';

const NOBODY = { network: '', containerId: '', ifName: '' };

/** The warning about a state file that was in the way. Its name may tell whose it was. */
export function setAsideWarning({ file, to, reason }: SetAside): LibcniWarning {
  const key = keyFromUniqueName(basename(file).replace(/\.(json|result)$/, '')) ?? NOBODY;
  if (to === undefined) {
    const message = `${file} is in the way and could not be moved: ${reason}`;
    return { code: 'STATE_FILE_NOT_SET_ASIDE', message, file, ...key };
  }
  return {
    code: 'STATE_FILE_SET_ASIDE',
    message: `${file}: ${reason}; it was moved to ${to}`,
    file: to,
    ...key,
  };
}
