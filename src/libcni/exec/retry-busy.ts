import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../errors/aborted-error.js';
import { describeLimit } from '../../errors/describe-limit.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import type { ExecOptions } from './types.js';

/** Milliseconds before each retry: about five seconds in total, as in Go, but quick at first. */
const PAUSES_MS = [20, 50, 100, 200, 400, 800, 1600, 1800];

/**
 * Starts a program again while its file is being written ("text file busy"), for about five seconds or as long
 * as the options allow. The last failure is passed on.
 *
 * @throws LibcniError `ERR_TIMEOUT` with that failure as its cause if the time is up, `ERR_ABORTED` with the reason `not-started`.
 */
export async function retryWhileBusy<Value>(
  start: (options: ExecOptions) => Promise<Value>,
  options: ExecOptions,
): Promise<Value> {
  const deadline = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  for (const pauseMs of PAUSES_MS) {
    try {
      return await start({ ...options, timeoutMs: finite(deadline - performance.now()) });
    } catch (error) {
      if (!isBusy(error)) throw error;
      await pause(Math.min(pauseMs, Math.max(0, deadline - performance.now())), options.signal);
      if (performance.now() >= deadline) throw stillBusy(error, options);
    }
  }
  return await start({ ...options, timeoutMs: finite(deadline - performance.now()) });
}

function stillBusy(cause: SpawnError, { timeoutMs, limitMs = timeoutMs }: ExecOptions): LibcniError {
  const summary = `the time is up (${describeLimit(limitMs)}), and the plugin's file is still being written (${cause.code})`;
  return new LibcniError('ERR_TIMEOUT', summary, { cause });
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.max(1, ms) : undefined;
}

/** Whether the program's file is being written. */
export function isBusy(error: unknown): error is SpawnError {
  return error instanceof SpawnError && error.code === 'ETXTBSY';
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch {
    const summary = "ended by the caller while the plugin's file was being written";
    throw abortedError(signal, summary, { reason: 'not-started' });
  }
}
