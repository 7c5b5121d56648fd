import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../errors/aborted-error.js';

/** A killed process takes a moment to end, and one that is asked to end a bit longer. */
const PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 100;

/** Polls until something has ended, within a time limit. @returns whether it has */
export async function untilEnded(
  hasEnded: () => boolean | Promise<boolean>,
  graceMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + graceMs;
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    if (await hasEnded()) return true;
    const leftMs = end - performance.now();
    if (leftMs <= 0) return false;
    await pause(Math.min(pauseMs, leftMs), signal);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    throw error;
  }
}
