import { type Stats, statSync } from 'node:fs';
import { LibcniError } from '../errors/libcni-error.js';

/** Whether folders are taken that somebody who is neither root nor this user may change. */
export type ForeignFolders = 'refuse' | 'allow';

const GROUP_WRITABLE = 0o020;
const ALL_WRITABLE = 0o002;

/**
 * Refuses a folder whose files a user who is neither root nor this one could replace. The group of root counts as root.
 *
 * @throws LibcniError `ERR_PERMISSION`
 */
export function checkOwner(folder: string, { uid, gid, mode }: Stats): void {
  const isOwned = uid === 0 || uid === process.geteuid?.();
  const isOpen = (mode & ALL_WRITABLE) !== 0 || ((mode & GROUP_WRITABLE) !== 0 && gid !== 0);
  if (isOwned && !isOpen) return;
  const why = isOwned ? 'may be changed by others than its owner' : `belongs to user ${uid}`;
  const remedy = "choose another one, close it (chown, chmod go-w), or allow it with foreignFolders: 'allow'";
  const summary = `folder ${folder} ${why}, who could replace the files in it: ${remedy}`;
  throw new LibcniError('ERR_PERMISSION', summary, { file: folder, value: folder });
}

/**
 * The same for folders that are used later; those that are not there yet are made by this user.
 *
 * @throws LibcniError `ERR_PERMISSION`
 */
export function checkFolders(folders: readonly string[], foreignFolders: ForeignFolders | undefined): void {
  if (foreignFolders === 'allow') return;
  for (const folder of folders) {
    const status = statSync(folder, { throwIfNoEntry: false });
    if (status?.isDirectory()) checkOwner(folder, status);
  }
}
