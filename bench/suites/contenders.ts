import type { Contender } from '../measure/rounds.js';
import type { Figures, Task } from '../tasks/task.js';
import { type Bench, GO, OURS, SMALL_HEAP_MIB } from './suite.js';

/** The same task for this library and, if it is installed, for Go. */
export interface Duel {
  /** Makes the task. It writes only to the folder, which no other contender uses. */
  readonly task: (folder: string) => Task;
  readonly runs: number;
  /** How often the task runs in a round; more than once if it is short. @default 1 */
  readonly times?: number;
  readonly prepare?: (folder: string) => Promise<void>;
  /** Fails if the task was not done. */
  readonly verify?: (folder: string) => Promise<void>;
  /** Whether each runs in its own sandbox. @default false */
  readonly sandbox?: boolean;
}

/** The two contenders of a duel. The last one is compared with the first. */
export function duel(bench: Bench, wanted: Duel): Contender[] {
  const { task, runs, times = 1, prepare, verify, sandbox = false } = wanted;
  const { pool, workspace } = bench;
  const contender = (name: string, folder: string, perform: (task: Task) => Promise<Figures>): Contender => ({
    name,
    runs: runs * times,
    run: () => addUp(times, () => perform(task(folder))),
    ...(prepare && { prepare: () => prepare(folder) }),
    ...(verify && { verify: () => verify(folder) }),
  });
  const ours = contender(OURS, workspace.folder('ours'), (task) =>
    pool.node(SMALL_HEAP_MIB, task, { sandbox }),
  );
  const { goAnchor } = workspace.programs;
  if (goAnchor === undefined) return [ours];
  return [contender(GO, workspace.folder('go'), (task) => pool.go(goAnchor, task, { sandbox })), ours];
}

async function addUp(times: number, perform: () => Promise<Figures>): Promise<Figures> {
  let sum = await perform();
  for (let index = 1; index < times; index++) sum = add(sum, await perform());
  return sum;
}

function add(sum: Figures, { wallMs, busyMs = 0, cpuMs = 0, longestBlockMs = 0 }: Figures): Figures {
  return {
    wallMs: sum.wallMs + wallMs,
    ...(sum.busyMs !== undefined && { busyMs: sum.busyMs + busyMs }),
    ...(sum.cpuMs !== undefined && { cpuMs: sum.cpuMs + cpuMs }),
    ...(sum.longestBlockMs !== undefined && {
      longestBlockMs: Math.max(sum.longestBlockMs, longestBlockMs),
    }),
  };
}
