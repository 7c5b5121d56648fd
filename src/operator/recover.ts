import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { undoIntent } from './attachments/undo-intent.js';
import type { OperatorContext } from './context.js';
import { type AttachmentKey, attachmentName } from './state/attachment-key.js';
import type { FoundIntent, Intent } from './state/journal.js';

/** What recovery found and did. */
export interface RecoveryReport {
  /** ADDs that were cut short and have been taken down. */
  readonly undone: readonly AttachmentKey[];
  /** ADDs that another process is working on. */
  readonly busy: readonly AttachmentKey[];
  /** What could not be taken down, and why; it stays in the journal for the next time. */
  readonly failed: readonly { readonly file: string; readonly error: Error }[];
}

/** Takes down what ADDs left that were cut short by the end of their process. */
export async function recover(context: OperatorContext): Promise<RecoveryReport> {
  const report: Report = { undone: [], busy: [], failed: [] };
  for (const found of await context.journal.list()) await recoverOne(context, found, report);
  await removeTemporaries(context);
  return report;
}

interface Report {
  readonly undone: AttachmentKey[];
  readonly busy: AttachmentKey[];
  readonly failed: { file: string; error: Error }[];
}

async function recoverOne(
  context: OperatorContext,
  { file, intent }: FoundIntent,
  report: Report,
): Promise<void> {
  if (intent === undefined) {
    report.failed.push({ file, error: new Error('the journal entry is unreadable') });
    return;
  }
  const key = { network: intent.network, containerId: intent.containerId, ifName: intent.ifName };
  try {
    const outcome = await context.locks.withFreeLock(attachmentName(key), () => settle(context, intent));
    if (outcome === undefined) report.busy.push(key);
    else if (outcome === 'undone') report.undone.push(key);
  } catch (error) {
    report.failed.push({ file, error: error instanceof Error ? error : new Error(String(error)) });
  }
}

/** An ADD whose result did reach the cache is finished; only its intent is left to forget. */
async function settle(context: OperatorContext, intent: Intent): Promise<'undone' | 'finished'> {
  const { network, ifName, containerId } = intent;
  const recorded = await context.cni.getCachedAttachments(containerId);
  if (recorded.some((found) => found.network === network && found.ifName === ifName)) {
    await context.journal.end(intent);
    return 'finished';
  }
  const isStillThere = (await context.journal.list()).some(
    ({ intent: other }) => other && isSame(other, intent),
  );
  if (!isStillThere) return 'finished';
  await undoIntent(context, intent);
  return 'undone';
}

function isSame(a: AttachmentKey, b: AttachmentKey): boolean {
  return attachmentName(a) === attachmentName(b);
}

const TEMPORARY = /^(?:\.tmp-)?(\d+)-/;

/** Temporary files of processes that ended before they could rename them. */
async function removeTemporaries({ cacheDir, journal }: OperatorContext): Promise<void> {
  for (const folder of [cacheDir, journal.tempFolder]) {
    for (const name of await readdir(folder).catch(() => [])) {
      const pid = TEMPORARY.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await unlink(join(folder, name)).catch(() => {});
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
