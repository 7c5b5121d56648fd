import { join } from 'node:path';
import { StateFolder } from '../../files/state-folder.js';
import { type AttachmentKey, recordLabel, recordName } from '../attachment-key.js';
import type { FoundIntent } from '../journal/journal.js';
import type { OperatorContext } from '../verbs/context.js';
import { badRecord } from './records.js';

/** The time at the end of the name of a file that was set aside. */
const TIME = /\.\d+$/;

/**
 * Sets a cache entry that nobody can read aside, so that it is in nobody's way; that of an attachment that somebody
 * works on is left to them. The note of the attachment stays, by which it can be detached.
 *
 * @returns where it is now; `undefined` where it stays
 */
export async function setBadRecordAside(context: OperatorContext, name: string): Promise<string | undefined> {
  const { locks, records } = context;
  return await locks.withFreeLock(name, async () => {
    // By the time the lock was had, somebody may have done so.
    const reason = badRecord(records, name);
    return reason === undefined ? undefined : await moveRecord(context, name, reason);
  });
}

async function moveRecord(
  { records, warnings }: OperatorContext,
  name: string,
  reason: string,
): Promise<string | undefined> {
  const to = await records.setAside(name, reason);
  const file = to ?? records.fileOf(name);
  const code = to === undefined ? 'CACHE_ENTRY_NOT_SET_ASIDE' : 'CACHE_ENTRY_SET_ASIDE';
  const what = to === undefined ? 'it could not be moved' : `it was moved to ${to}`;
  const message = `cache entry ${name} is unreadable: ${reason}; ${what}`;
  warnings.warn({ code, message, file, network: '', containerId: '', ifName: '' });
  return to;
}

/** The same for an entry of the journal, whoever holds the lock: where that is somebody else, it is left to them. */
export async function setBadIntentAside(context: OperatorContext, { file, key }: FoundIntent): Promise<void> {
  if (key === undefined) return;
  await context.locks.withFreeLock(recordName(key), () => setOwnBadIntentAside(context, file));
}

/** The same for a caller who holds the lock of the attachment. */
export async function setOwnBadIntentAside({ journal }: OperatorContext, file: string): Promise<void> {
  const found = await journal.read(file);
  if (found?.isBad)
    await journal.setAside(file, found.error?.cause instanceof Error ? found.error.cause.message : '');
}

/**
 * The attachments of a container of which a bad record or intent was set aside and that nobody has detached since: there
 * is still a note of them.
 */
export async function setAsideAttachments(context: OperatorContext, id: string): Promise<AttachmentKey[]> {
  const { asideNames, own } = context;
  const names = (await asideNames()).map((name) => name.replace(TIME, ''));
  const labels = new Set(names.filter((name) => name.includes(id)));
  if (labels.size === 0) return [];
  const isSetAside = (key: AttachmentKey) =>
    labels.has(recordLabel(key)) || labels.has(`${key.network}+${key.containerId}+${key.ifName}.json`);
  return (await own.list()).filter((key) => key.containerId === id && isSetAside(key));
}

/** The names of files of attachments that were set aside. */
export async function asideNames(cacheDir: string, stateDir: string): Promise<string[]> {
  const folders = [join(cacheDir, 'unreadable'), join(stateDir, 'journal', 'unreadable')];
  const lists = folders.map((folder) => new StateFolder(folder).list().catch(() => []));
  return (await Promise.all(lists)).flat();
}
