import { type Stats, statSync } from 'node:fs';
import { LibcniError } from '../errors/libcni-error.js';
import { withOwnClass } from '../errors/missing-right.js';
import { hasCode } from '../errors/system-error.js';

/** Whether to accept folders that somebody other than root and this user may change. */
export type ForeignFolders = 'refuse' | 'allow';

const GROUP_WRITABLE = 0o020;
const ALL_WRITABLE = 0o002;

/**
 * Refuses a folder if anybody but root and this user could replace its files. The group of root counts as root.
 *
 * @throws LibcniError `ERR_PERMISSION`
 */
export function checkOwner(folder: string, { uid, gid, mode }: Stats): void {
  const isOwned = uid === 0 || uid === process.geteuid?.();
  const isOpen = (mode & ALL_WRITABLE) !== 0 || ((mode & GROUP_WRITABLE) !== 0 && gid !== 0);
  if (isOwned && !isOpen) return;
  const why = isOwned ? 'can be changed by others than its owner' : `belongs to user ${uid}`;
  const remedy = "choose another one, close it (chown, chmod go-w), or allow it with foreignFolders: 'allow'";
  const summary = `folder ${folder} ${why}, who could replace the files in it: ${remedy}`;
  throw new LibcniError('ERR_PERMISSION', summary, { file: folder, value: folder });
}

/**
 * The same for folders that are used later. Folders that do not exist yet will be created by this user.
 *
 * @throws LibcniError `ERR_PERMISSION`; `ERR_CACHE` for a path that leads through a file
 */
export function checkFolders(folders: readonly string[], foreignFolders: ForeignFolders | undefined): void {
  if (foreignFolders === 'allow') return;
  for (const folder of folders) {
    const status = statusOf(folder);
    if (status?.isDirectory()) checkOwner(folder, status);
  }
}

/** A folder that this user may not look at is one that it cannot use, which the first use says. */
function statusOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) return undefined;
    throw withOwnClass(error);
  }
}
