import { asError } from '../errors/system-error.js';
import type { OperatorOptions } from './attachments/request.js';
import { undoIntent } from './attachments/undo-intent.js';
import type { OperatorContext } from './context.js';
import { removeTemporaries } from './remove-temporaries.js';
import { type AttachmentKey, isSameAttachment, recordName } from './state/attachment-key.js';
import type { Intent } from './state/intent.js';
import type { FoundIntent } from './state/journal.js';
import { readRecord } from './state/records.js';

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

/** Takes down what ADDs left that were cut short by the end of their process. */
export async function recover(context: OperatorContext, options: OperatorOptions): Promise<RecoveryReport> {
  const report: Report = { undone: [], busy: [], failed: [], setAside: [] };
  for (const { file, key } of await context.journal.list()) {
    try {
      await recoverOne({ context, options, report }, file, key);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      report.failed.push({ file, error: asError(error) });
    }
  }
  await removeTemporaries(context);
  await context.locks.sweep();
  return report;
}

interface Report extends RecoveryReport {
  readonly undone: AttachmentKey[];
  readonly busy: AttachmentKey[];
  readonly failed: { file: string; error: Error }[];
  readonly setAside: { file: string; attachment: AttachmentKey | undefined }[];
}

interface Recovery {
  readonly context: OperatorContext;
  readonly options: OperatorOptions;
  readonly report: Report;
}

async function recoverOne(recovery: Recovery, file: string, key: AttachmentKey | undefined): Promise<void> {
  const { context, options, report } = recovery;
  const settleFile = async () => {
    // It may have been finished or undone by the time the lock was had.
    const found = await context.journal.read(file);
    if (found !== undefined) await settle(recovery, found);
  };
  // A file without such a name is no attachment's.
  if (key === undefined) return await settleFile();
  const done = await context.gate.withFreeAttachment(key, settleFile, options);
  if (done === undefined) report.busy.push(key);
}

async function settle({ context, options, report }: Recovery, found: FoundIntent): Promise<void> {
  const { file, key, intent, error } = found;
  if (error !== undefined) throw error;
  if (intent === undefined || key === undefined || !isSameAttachment(intent, key)) {
    report.setAside.push({ file: await context.journal.setAside(file), attachment: key });
  } else if (isFinished(context, intent)) {
    await context.journal.end(intent);
  } else {
    await undoIntent(context, intent, options);
    report.undone.push(key);
  }
}

/** An ADD whose result did reach the cache is finished; only its intent is left to forget. */
function isFinished({ cacheDir }: OperatorContext, intent: Intent): boolean {
  const record = readRecord(cacheDir, recordName(intent));
  return record !== undefined && isSameAttachment(record, intent);
}
