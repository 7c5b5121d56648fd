import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import type { ExecOptions } from './types.js';

const PAUSE_MS = 10;

/**
 * Starts a program as soon as no orphan works on the same attachment: a program whose helper or client is gone. Orphans
 * end by themselves, at their deadline or a minute after the loss at the latest.
 *
 * @throws LibcniError `ERR_TIMEOUT`, `ERR_ABORTED` with the reason `not-started` if that takes longer than the options allow.
 */
export async function startBehindOrphans<Value>(
  start: (options: ExecOptions) => Promise<Value>,
  options: ExecOptions,
): Promise<Value> {
  const { signal, timeoutMs } = options;
  const begin = performance.now();
  for (;;) {
    try {
      const leftMs = timeoutMs && Math.max(1, timeoutMs - (performance.now() - begin));
      return await start({ ...options, timeoutMs: leftMs });
    } catch (error) {
      if (!isTaskTaken(error)) throw error;
      if (timeoutMs !== undefined && performance.now() - begin >= timeoutMs) throw timedOut(error);
    }
    await pause(signal);
  }
}

/** Whether an orphan works on the same attachment. */
export function isTaskTaken(error: unknown): error is SpawnError {
  return error instanceof SpawnError && error.syscall === 'task';
}

function timedOut(cause: SpawnError): LibcniError {
  const summary = 'the time is up, and a plugin that has lost its helper still works on the same attachment';
  return new LibcniError('ERR_TIMEOUT', summary, { cause, reason: 'not-started' });
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(PAUSE_MS, undefined, { ...(signal && { signal }) });
  } catch {
    const summary =
      'ended by the caller while a plugin that has lost its helper works on the same attachment';
    throw abortedError(signal, summary, { reason: 'not-started' });
  }
}
