import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
  const figures = {
    wallMs,
    busyMs: performance.eventLoopUtilization(utilization).active,
    cpuMs: mainThreadCpuMs() - cpuMs,
  };
  await nextTurn();
  const blockMs = longestBlockMs();
  return { ...figures, ...(blockMs !== undefined && { longestBlockMs: blockMs }) };
}

/** The main thread's own figure: that of `process.cpuUsage` has the threads of libuv and V8 in it. */
function mainThreadCpuMs(): number {
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

/** Its timer comes once a millisecond; what it comes later than that is what something else took. */
function watchEventLoop(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return () => {
    histogram.disable();
    return Math.max(0, histogram.max / 1e6 - 1);
  };
}
