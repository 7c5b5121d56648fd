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
  /** What was cut short, an ADD or a DEL, and has been taken down. */
  readonly undone: readonly AttachmentKey[];
  /** What a process that lives is working on: this one or another. */
  readonly busy: readonly AttachmentKey[];
  /** What could not be taken down, after two tries, and why; it stays in the journal for the next time. */
  readonly failed: readonly { readonly file: string; readonly error: Error }[];
  /**
   * Journal entries from which nothing can be taken down, for example of a disk that lost what it was given. They
   * were moved to `file`; the attachment is the one that the name of the entry tells.
   */
  readonly setAside: readonly { readonly file: string; readonly attachment: AttachmentKey | undefined }[];
}

/**
 * Another process may only have looked whether a lock is held, which takes it for a moment; and a helper needs a moment to
 * notice that its client is gone.
 */
const BUSY_PAUSES_MS = [20, 50, 100, 200, 400];
/** What fails beside the work of others, such as a lock of iptables, passes. */
const RETRY_PAUSE_MS = 200;

/** Takes down what was cut short by the end of its process or helper, once what still runs of it has ended. */
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

/** Takes away what processes left that ended while they wrote, and sets aside what nobody can read. */
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
  /** Of all waiting together. */
  readonly patience: Patience;
}

/** Something that was begun and may have been cut short. */
interface CutShort extends Pick<FoundIntent, 'file' | 'key'> {
  /** Settles it, by what is there once its lock is had. */
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

/** @returns `false` where somebody is working on it who lives */
async function recoverOne(recovery: Recovery, { key, settle }: CutShort): Promise<boolean> {
  const { context, options, patience } = recovery;
  const settleTwice = ({ throwIfLost: guard }: Pick<HeldLock, 'throwIfLost'>) =>
    twice(() => settle({ ...options, guard }), { guard, signal: options.signal });
  // A file without such a name is no attachment's.
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
  // It may have been finished or undone by the time the lock was had.
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

/** Tries once more what has failed, unless nothing more may be done. */
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
