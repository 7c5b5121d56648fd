import { readFileSync } from 'node:fs';
import type { Figures, Run } from '../tasks/task.js';

/** Times a run, and what it took of the main thread. */
export async function measureRun(
  run: Run,
  { watchBlocks }: { readonly watchBlocks: boolean },
): Promise<Figures> {
  const longestBlockMs = watchBlocks ? watchEventLoop() : () => undefined;
  const utilization = performance.eventLoopUtilization();
  const cpuMs = mainThreadCpuMs();
  const start = performance.now();
  await run();
  const wallMs = performance.now() - start;
  const blockMs = longestBlockMs();
  return {
    wallMs,
    busyMs: performance.eventLoopUtilization(utilization).active,
    cpuMs: mainThreadCpuMs() - cpuMs,
    ...(blockMs !== undefined && { longestBlockMs: blockMs }),
  };
}

/** The main thread's own figure: that of `process.cpuUsage` has the threads of libuv and V8 in it. */
function mainThreadCpuMs(): number {
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

/**
 * Its timer comes once a millisecond; what it comes later than that is what something else took. The time before it
 * first comes counts, and so does that after it came last.
 */
function watchEventLoop(): () => number {
  let [last, longest] = [performance.now(), 0];
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}
