import { readFileSync } from 'node:fs';
import type { Figures, Run } from '../tasks/task.js';

/** Measures the time of a run, and its use of the main thread. */
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

/** Only for the main thread: `process.cpuUsage` includes the threads of libuv and V8. */
function mainThreadCpuMs(): number {
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

/**
 * Measures blocks of the event loop with a timer that fires every millisecond: when it fires later, something else blocked
 * the loop. The times before the first and after the last firing count too.
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
