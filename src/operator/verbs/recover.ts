import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../errors/aborted-error.js';
import { asError } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import { type AttachmentKey, recordName } from '../attachment-key.js';
import type { FoundIntent } from '../journal/journal.js';
import { isUnusable } from '../records/recorded-attachment.js';
import { setRecordAside } from '../records/set-record-aside.js';
import type { GuardedOptions, OperatorOptions } from '../request/request.js';
import { setBadRecordAside } from '../undo/bad-files.js';
import { type OperatorContext, recordOf } from './context.js';
import { endedError } from './ended-error.js';
import { settleIntent } from './settle-intent.js';
import { takeDown } from './take-down.js';

/** What recovery found and did. */
export interface RecoveryReport {
  /**
   * Interrupted attachments, from an ADD or a DEL, that have been removed. Other networks of the same container stay attached.
   */
  readonly undone: readonly AttachmentKey[];
  /** Attachments that a living process is working on: this one or another. */
  readonly busy: readonly AttachmentKey[];
  /** Attachments that could not be removed after two attempts, and why; they stay in the journal for the next time. */
  readonly failed: readonly { readonly file: string; readonly error: Error }[];
  /**
   * Unusable journal entries, for example because the disk has lost data. They were moved to `file`; the attachment comes
   * from the name of the entry.
   */
  readonly setAside: readonly { readonly file: string; readonly attachment: AttachmentKey | undefined }[];
}

/**
 * Another process may only have checked whether a lock is held, which takes it for a moment. And a helper needs a moment
 * to notice that its client is gone.
 */
const BUSY_PAUSES_MS = [20, 50, 100, 200, 400];
/** Failures caused by other programs, such as a held iptables lock, are temporary. */
const RETRY_PAUSE_MS = 200;

/** Removes what was interrupted by the end of its process or helper, once programs that still run for it have ended. */
export async function recover(context: OperatorContext, options: OperatorOptions): Promise<RecoveryReport> {
  const report: Report = { undone: [], failed: [], setAside: [] };
  const recovery = { context, options, report, patience: new Patience(options) };
  let busy = await recoverEach(recovery, await findCutShort(recovery));
  for (const pauseMs of BUSY_PAUSES_MS) {
    if (busy.length === 0) break;
    await pause(pauseMs, options.signal);
    busy = await recoverEach(recovery, busy);
  }
  await sweep(context);
  return { ...report, busy: busy.flatMap(({ key }) => key ?? []) };
}

/** Removes temporary files of processes that have ended, and sets unreadable files aside. */
async function sweep(context: OperatorContext): Promise<void> {
  const { journal, locks, own, records } = context;
  await records.removeAbandoned();
  await journal.removeAbandoned();
  for (const name of await records.names().catch(() => [])) {
    await giveWay();
    if (records.whyBad(name) !== undefined) await setBadRecordAside(context, name);
  }
  await own.sweep();
  await locks.sweep();
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
  /** The limit of all waiting together. */
  readonly patience: Patience;
}

/** Work that has started and may have been interrupted. */
interface CutShort extends Pick<FoundIntent, 'file' | 'key'> {
  /** Settles it from the state that is found once its lock is taken. */
  readonly settle: (options: GuardedOptions) => Promise<void>;
}

async function findCutShort(recovery: Recovery): Promise<CutShort[]> {
  const { journal } = recovery.context;
  const begun = (await journal.list()).map(({ file, key }) => ({
    file,
    key,
    settle: (options: GuardedOptions) => settleAdd(recovery, file, options),
  }));
  const leaving = (await journal.leaving()).map(({ file, key }) => ({
    file,
    key,
    settle: (options: GuardedOptions) => settleDel(recovery, key, options),
  }));
  return [...begun, ...leaving];
}

/** @returns those that somebody is working on */
async function recoverEach(recovery: Recovery, found: readonly CutShort[]): Promise<CutShort[]> {
  const { report, options } = recovery;
  const { signal } = options;
  const busy: CutShort[] = [];
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

/** @returns `false` if a living process is working on it */
async function recoverOne(recovery: Recovery, { key, settle }: CutShort): Promise<boolean> {
  const { context, options, patience } = recovery;
  const settleTwice = ({ throwIfLost: guard }: Pick<HeldLock, 'throwIfLost'>) =>
    twice(() => settle({ ...options, guard }), { guard, signal: options.signal });
  // A file without such a name belongs to no attachment.
  if (key === undefined) {
    await settleTwice({ throwIfLost: () => {} });
    return true;
  }
  const settleIfFree = () => context.gate.withFreeAttachment(key, settleTwice, patience);
  if ((await settleIfFree()) !== undefined) return true;
  await context.locks.whileLeft(recordName(key), patience);
  return (await settleIfFree()) !== undefined;
}

async function settleAdd(
  { context, report }: Recovery,
  file: string,
  options: GuardedOptions,
): Promise<void> {
  // It may have been finished or undone before the lock was taken.
  const found = await context.journal.read(file);
  if (found === undefined) return;
  const settled = await settleIntent(context, found, options);
  if (settled.did === 'setAside' && settled.file !== undefined)
    report.setAside.push({ file: settled.file, attachment: found.key });
  else if (settled.did === 'undone' && found.key !== undefined) report.undone.push(found.key);
}

async function settleDel(
  { context, report }: Recovery,
  key: AttachmentKey,
  options: GuardedOptions,
): Promise<void> {
  const { journal } = context;
  if (!journal.isLeaving(key)) return;
  const record = recordOf(context, key);
  if (record === undefined) {
    // The process ended between the removal of the record and the end of the DEL.
    await context.own.forget(key);
    return await journal.left(key);
  }
  if (isUnusable(record)) await setRecordAside(context, record);
  else await takeDown(context, record, options);
  await journal.left(key);
  report.undone.push(key);
}

type TwiceOptions = Pick<GuardedOptions, 'guard' | 'signal'>;

/** Retries once what has failed, unless the operation has ended. */
async function twice(run: () => Promise<void>, { guard, signal }: TwiceOptions): Promise<void> {
  try {
    await run();
  } catch (error) {
    guard();
    if (signal?.aborted) throw error;
    await pause(RETRY_PAUSE_MS, signal);
    await run();
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch {
    throw abortedError(signal);
  }
}
