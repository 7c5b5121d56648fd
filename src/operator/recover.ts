import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../errors/aborted-error.js';
import { asError } from '../errors/system-error.js';
import { removeAbandoned } from '../files/remove-abandoned.js';
import type { OperatorOptions } from './attachments/request.js';
import { undoIntent } from './attachments/undo-intent.js';
import type { OperatorContext } from './context.js';
import { endedError } from './ended-error.js';
import type { AttachmentKey } from './state/attachment-key.js';
import type { FoundIntent } from './state/journal.js';
import type { HeldLock } from './state/lock-store.js';
import { Patience } from './state/patience.js';
import { isRecorded, recordsFolder } from './state/records.js';

/** What recovery found and did. */
export interface RecoveryReport {
  /** ADDs that were cut short and have been taken down. */
  readonly undone: readonly AttachmentKey[];
  /** ADDs that somebody is working on, in this process or in another. */
  readonly busy: readonly AttachmentKey[];
  /** What could not be taken down, and why; it stays in the journal for the next time. */
  readonly failed: readonly { readonly file: string; readonly error: Error }[];
  /**
   * Journal entries from which nothing can be taken down, for example of a disk that lost what it was given. They
   * were moved to `file`; the attachment is the one that the name of the entry tells.
   */
  readonly setAside: readonly { readonly file: string; readonly attachment: AttachmentKey | undefined }[];
}

/** Another process may only have looked whether a lock is held, which takes it for a moment. */
const BUSY_PAUSES_MS = [20, 50, 100];

/** Takes down what ADDs left that were cut short by the end of their process. */
export async function recover(context: OperatorContext, options: OperatorOptions): Promise<RecoveryReport> {
  const report: Report = { undone: [], failed: [], setAside: [] };
  const recovery = { context, options, report, patience: new Patience(options) };
  let busy = await recoverEach(recovery, await context.journal.list());
  for (const pauseMs of BUSY_PAUSES_MS) {
    if (busy.length === 0) break;
    await pause(pauseMs, options.signal);
    busy = await recoverEach(recovery, busy);
  }
  const { cacheDir, journal } = context;
  for (const folder of [cacheDir, recordsFolder(cacheDir), journal.tempFolder]) await removeAbandoned(folder);
  await context.locks.sweep();
  return { ...report, busy: busy.flatMap(({ key }) => key ?? []) };
}

interface Report extends Omit<RecoveryReport, 'busy'> {
  readonly undone: AttachmentKey[];
  readonly failed: { file: string; error: Error }[];
  readonly setAside: { file: string; attachment: AttachmentKey | undefined }[];
}

interface Recovery {
  readonly context: OperatorContext;
  readonly options: OperatorOptions;
  readonly report: Report;
  /** Of all waiting together. */
  readonly patience: Patience;
}

type JournalFile = Pick<FoundIntent, 'file' | 'key'>;

/** @returns those that somebody is working on */
async function recoverEach(recovery: Recovery, found: readonly JournalFile[]): Promise<JournalFile[]> {
  const { report, options } = recovery;
  const { signal } = options;
  const busy: JournalFile[] = [];
  for (const one of found) {
    try {
      if (!(await recoverOne(recovery, one))) busy.push(one);
    } catch (error) {
      if (signal?.aborted) throw endedError(error, signal, { verb: 'DEL', ...one.key });
      report.failed.push({ file: one.file, error: asError(error) });
    }
  }
  return busy;
}

/** @returns `false` where somebody is working on it */
async function recoverOne(recovery: Recovery, { file, key }: JournalFile): Promise<boolean> {
  const { context, patience } = recovery;
  const settleFile = async ({ throwIfLost }: Pick<HeldLock, 'throwIfLost'>) => {
    // It may have been finished or undone by the time the lock was had.
    const found = await context.journal.read(file);
    if (found !== undefined) await settle(recovery, found, throwIfLost);
  };
  // A file without such a name is no attachment's.
  if (key === undefined) {
    await settleFile({ throwIfLost: () => {} });
    return true;
  }
  return (await context.gate.withFreeAttachment(key, settleFile, patience)) !== undefined;
}

async function settle(
  { context, options, report }: Recovery,
  found: FoundIntent,
  guard: () => void,
): Promise<void> {
  const { file, key, intent, error } = found;
  if (error !== undefined) throw error;
  if (intent === undefined || key === undefined) {
    report.setAside.push({ file: await context.journal.setAside(file), attachment: key });
  } else if (isRecorded(context.cacheDir, intent)) {
    // An ADD whose result did reach the cache is finished; only its intent is left to forget.
    await context.journal.end(intent);
  } else {
    await undoIntent(context, intent, { ...options, guard });
    report.undone.push(key);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch {
    throw abortedError(signal);
  }
}
