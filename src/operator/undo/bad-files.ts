import type { LockStore } from '../../platform/locks/index.js';
import { type AttachmentKey, recordLabel, recordName } from '../attachment-key.js';
import type { FoundIntent, Journal } from '../journal/journal.js';
import type { OwnAttachments } from '../records/own-attachments.js';
import type { Records } from '../records/records.js';
import type { WarningCollector } from '../warning-collector.js';

/** The time at the end of the name of a set-aside file. */
const TIME = /\.\d+$/;

/** A cache whose bad entries to set aside. */
interface CacheParts {
  readonly locks: LockStore;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/**
 * Sets an unreadable cache entry aside, so that it is not in the way. If somebody works on the attachment, its entry is
 * left to them. The note of the attachment stays, so that it can be detached.
 *
 * @returns where it is now; `undefined` if it stays
 */
export async function setBadRecordAside(parts: CacheParts, name: string): Promise<string | undefined> {
  const { locks, records } = parts;
  return await locks.withFreeLock(name, async () => {
    // Somebody else may have done so before the lock was taken.
    const reason = records.whyBad(name);
    return reason === undefined ? undefined : await moveRecord(parts, name, reason);
  });
}

async function moveRecord(
  { records, warnings }: CacheParts,
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

/** The same for a journal entry. If somebody else holds its lock, it is left to them. */
export async function setBadIntentAside(
  { journal, locks }: { readonly journal: Journal; readonly locks: LockStore },
  { file, key }: FoundIntent,
): Promise<void> {
  if (key === undefined) return;
  await locks.withFreeLock(recordName(key), () => setOwnBadIntentAside(journal, file));
}

/** The same for a caller that holds the lock of the attachment. */
export async function setOwnBadIntentAside(journal: Journal, file: string): Promise<void> {
  const found = await journal.read(file);
  if (found?.isBad)
    await journal.setAside(file, found.error?.cause instanceof Error ? found.error.cause.message : '');
}

/** Where attachments leave files. */
interface Account {
  readonly journal: Journal;
  readonly own: OwnAttachments;
  readonly records: Records;
}

/**
 * The attachments of a container whose bad record or intent was set aside, and that nobody has detached since: they still
 * have a note.
 */
export async function setAsideAttachments(
  id: string,
  { records, journal, own }: Account,
): Promise<AttachmentKey[]> {
  const aside = [...(await records.asideNames()), ...(await journal.asideNames())];
  const names = aside.map((name) => name.replace(TIME, ''));
  const labels = new Set(names.filter((name) => name.includes(id)));
  if (labels.size === 0) return [];
  const isSetAside = (key: AttachmentKey) =>
    labels.has(recordLabel(key)) || labels.has(`${key.network}+${key.containerId}+${key.ifName}.json`);
  return (await own.list()).filter((key) => key.containerId === id && isSetAside(key));
}
