import { basename, join } from 'node:path';
import { againstFirst, type Comparison } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { Starter, Task } from '../tasks/task.js';
import { listConfig } from './configurations.js';
import { duel } from './contenders.js';
import { requireNoAttachments } from './fixtures.js';
import {
  type Bench,
  GO,
  GO_SYNCED,
  LARGE_HEAP_MIB,
  OURS,
  OURS_LARGE,
  OVER_CHILD_PROCESS,
  OVER_EXECA,
  SMALL_HEAP_MIB,
  type Suite,
} from './suite.js';

const duellists = [GO, OURS];
const title = 'ADD, CHECK and DEL of three plugins';

/** ADD, CHECK and DEL of a three-plugin list, for one container at a time. */
export function listSuite(bench: Bench): Suite {
  const pace = { count: bench.scale(200), concurrency: 1 };
  const comparison = { title: `${title}, one after another`, target: ourTarget(1.2), busyMs: 0.2 };
  return { id: 'list', ...comparedWithStarters(bench, { pace, comparison }) };
}

/** The same, 100 containers at a time. */
export function concurrentListSuite(bench: Bench): Suite {
  const pace = { count: bench.scale(400) + 100, concurrency: 100 };
  const comparison = { title: `${title}, 100 at a time`, target: ourTarget(0.6), busyMs: 0.1 };
  return { id: 'list-100', ...comparedWithStarters(bench, { pace, comparison }) };
}

/** The same from a process with a small heap and from one with a large heap, at both paces. */
export function largeHeapListSuites(bench: Bench): Suite[] {
  const suite = (pace: Pace, how: string): Suite => ({
    id: 'list-heap',
    contenders: [...rounds(bench, pace), oursWith(bench, OURS_LARGE, pace, { heapMib: LARGE_HEAP_MIB })],
    comparisons: [
      {
        title: `${title}, ${how}, by size of the live heap`,
        metric: 'wallMs',
        contenders: [...duellists, OURS_LARGE],
        against: { [OURS]: [GO], [OURS_LARGE]: [GO, OURS] },
      },
    ],
  });
  return [
    suite({ count: bench.scale(200), concurrency: 1 }, 'one after another'),
    suite({ count: bench.scale(400) + 100, concurrency: 100 }, '100 at a time'),
  ];
}

function ourTarget(atMost: number) {
  return { contender: OURS, atMost, against: GO };
}

interface Compared {
  readonly pace: Pace;
  readonly comparison: Pick<Comparison, 'title' | 'target'> & {
    /** How long the event loop may be busy for one plugin run. */
    readonly busyMs: number;
  };
}

/** Three plugins, each with three verbs. */
const PLUGIN_RUNS = 9;

/** Go and this library, and this library with other ways to start plugins, which do fewer runs. */
function comparedWithStarters(bench: Bench, { pace, comparison: given }: Compared): Omit<Suite, 'id'> {
  const { busyMs, ...comparison } = given;
  const fewer = { ...pace, count: Math.ceil(pace.count / 4) + pace.concurrency - 1 };
  return {
    contenders: [
      ...rounds(bench, pace),
      ...goSynced(bench, pace),
      oursWith(bench, OVER_CHILD_PROCESS, fewer, { starter: 'child_process' }),
      oursWith(bench, OVER_EXECA, fewer, { starter: 'execa' }),
    ],
    comparisons: [
      {
        ...comparison,
        metric: 'wallMs',
        contenders: [...duellists, GO_SYNCED, OVER_CHILD_PROCESS, OVER_EXECA],
        against: {
          [OURS]: [GO, GO_SYNCED, OVER_CHILD_PROCESS, OVER_EXECA],
          [GO_SYNCED]: [GO],
          [OVER_CHILD_PROCESS]: [GO],
          [OVER_EXECA]: [GO],
        },
      },
      {
        title: `${comparison.title}: event loop busy for the ${PLUGIN_RUNS} plugin runs`,
        metric: 'busyMs',
        contenders: [OURS],
        target: { contender: OURS, atMost: busyMs * PLUGIN_RUNS },
      },
    ],
  };
}

/** The same on a file system in memory, which shows the cost of syncing the cache. */
export function memoryListSuite(bench: Bench): Suite | undefined {
  const { memoryFolder } = bench.workspace;
  if (memoryFolder === undefined) return undefined;
  return {
    id: 'list-memory',
    contenders: rounds(bench, { count: bench.scale(200), concurrency: 1 }, memoryFolder),
    comparisons: [
      {
        title: `${title}, one after another, cache in memory`,
        metric: 'wallMs',
        contenders: duellists,
        against: againstFirst(duellists),
      },
    ],
  };
}

/** Asking the five plugins of a list for their versions. */
export function validateSuite(bench: Bench): Suite {
  const count = bench.scale(100);
  const { pluginDir } = bench.workspace.programs;
  const config = listConfig(5);
  return {
    id: 'validate',
    contenders: duel(bench, { task: () => ({ kind: 'validate', count, pluginDir, config }), runs: count }),
    comparisons: [
      {
        title: 'validate a list of five plugins',
        metric: 'wallMs',
        contenders: duellists,
        against: againstFirst(duellists),
      },
    ],
  };
}

interface Pace {
  readonly count: number;
  readonly concurrency: number;
}

function rounds(bench: Bench, pace: Pace, under = ''): Contender[] {
  return duel(bench, {
    task: (folder) => listTask(bench, pace, placeUnder(under, folder)),
    runs: pace.count,
    verify: (folder) => requireNoAttachments(placeUnder(under, folder)),
  });
}

function goSynced(bench: Bench, pace: Pace): Contender[] {
  const { pool, workspace } = bench;
  const { goAnchor } = workspace.programs;
  if (goAnchor === undefined) return [];
  const cacheDir = workspace.folder('go-synced');
  const task = { ...listTask(bench, pace, cacheDir), synced: true };
  const verify = () => requireNoAttachments(cacheDir);
  return [{ name: GO_SYNCED, runs: pace.count, run: () => pool.go(goAnchor, task), verify }];
}

function placeUnder(under: string, folder: string): string {
  return under === '' ? folder : join(under, basename(folder));
}

/** Only this library, in another process or with another way to start plugins than in a duel. */
function oursWith(
  bench: Bench,
  name: string,
  pace: Pace,
  { heapMib = SMALL_HEAP_MIB, starter = 'helper' }: { heapMib?: number; starter?: Starter },
): Contender {
  const cacheDir = bench.workspace.folder(name.replaceAll(/\W+/g, '-'));
  const task = { ...listTask(bench, pace, cacheDir), starter };
  const verify = () => requireNoAttachments(cacheDir);
  return { name, runs: pace.count, run: () => bench.pool.node(heapMib, task), verify };
}

function listTask({ workspace }: Bench, pace: Pace, cacheDir: string): Task {
  const { pluginDir } = workspace.programs;
  return { kind: 'list', ...pace, pluginDir, config: listConfig(3), cacheDir };
}
