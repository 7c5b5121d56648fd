import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { Starter } from '../tasks/task.js';
import { bareSpawn } from './bare-spawn.js';
import { pluginConfig } from './configurations.js';
import { BARE, type Bench, GO, LARGE_HEAP_MIB, SMALL_HEAP_MIB, type Suite } from './suite.js';

const HELPER = 'native helper';
const CHILD_PROCESS = 'child_process';
const EXECA = 'execa';
/** What the library uses without the helper. */
const FALLBACK = 'ProcessExec';

/** The ways to start plugins in Node, by their names in the table. */
export const STARTERS = {
  [HELPER]: 'helper',
  [CHILD_PROCESS]: 'child_process',
  [EXECA]: 'execa',
} as const;

const contenders = [BARE, HELPER, GO, CHILD_PROCESS, EXECA, FALLBACK];
const against = { ...againstFirst(contenders), [HELPER]: [BARE, GO, CHILD_PROCESS, EXECA] };

/** The no-op plugin, one after another. */
export function sequentialSuite(bench: Bench): Suite {
  const title = 'one plugin run, one after another';
  const target = { contender: HELPER, atMost: 1.5, against: BARE };
  return {
    id: 'plugin',
    contenders: allStarters(bench, 1),
    comparisons: [{ title, metric: 'wallMs', contenders, against, target }, ...mainThread(title)],
  };
}

/** The no-op plugin, 100 at a time; the bare loop still runs one after another. */
export function concurrentSuite(bench: Bench): Suite {
  const title = 'one plugin run, 100 at a time';
  const target = { contender: HELPER, atMost: 0.85, against: BARE };
  return {
    id: 'plugin-100',
    contenders: allStarters(bench, 100),
    comparisons: [
      { title: `${title} (${BARE}: one after another)`, metric: 'wallMs', contenders, against, target },
      ...mainThread(title),
    ],
  };
}

const small = (name: string) => `${name}, 50 MiB heap`;
const large = (name: string) => `${name}, 1 GiB heap`;

/** The no-op plugin, from processes with a small and with a large heap. */
export function heapSuite(bench: Bench): Suite {
  const starters = Object.entries(STARTERS);
  const compared = {
    contenders: starters.flatMap(([name]) => [small(name), large(name)]),
    against: {
      ...Object.fromEntries(starters.map(([name]) => [large(name), [small(name)]])),
      [small(HELPER)]: [small(CHILD_PROCESS), small(EXECA)],
      [large(HELPER)]: [small(HELPER), large(CHILD_PROCESS), large(EXECA)],
    },
  };
  const target = { contender: large(HELPER), atMost: 1.1, against: small(HELPER) };
  return {
    id: 'heap',
    contenders: starters.flatMap(([name, starter]) => [
      nodeContender(bench, { name: small(name), starter, heapMib: SMALL_HEAP_MIB }),
      nodeContender(bench, { name: large(name), starter, heapMib: LARGE_HEAP_MIB }),
    ]),
    comparisons: [
      { ...compared, title: 'one plugin run, by size of the live heap', metric: 'wallMs', target },
      { ...compared, title: 'event loop busy, by size of the live heap', metric: 'busyMs' },
    ],
  };
}

function mainThread(title: string): Suite['comparisons'] {
  const target = { contender: HELPER, atMost: 0.1 };
  const compared = {
    contenders: [HELPER, CHILD_PROCESS, EXECA, FALLBACK],
    against: { [HELPER]: [CHILD_PROCESS, EXECA] },
  };
  return [
    { ...compared, title: `${title}: event loop busy`, metric: 'busyMs', target },
    { ...compared, title: `${title}: main thread's processor time`, metric: 'cpuMs' },
  ];
}

function allStarters(bench: Bench, concurrency: number): Contender[] {
  const node = Object.entries({ ...STARTERS, [FALLBACK]: 'process-exec' } as const).map(([name, starter]) =>
    nodeContender(bench, { name, starter, heapMib: SMALL_HEAP_MIB, concurrency }),
  );
  return [bareSpawn(bench, bench.scale(1000)), ...node, ...goContender(bench, concurrency)];
}

interface NodeContender {
  readonly name: string;
  readonly starter: Starter;
  readonly heapMib: number;
  readonly concurrency?: number;
}

/** A Node process that starts the no-op plugin in one of these ways. */
export function nodeContender(
  bench: Bench,
  { name, starter, heapMib, concurrency = 1 }: NodeContender,
): Contender {
  const runs = bench.scale(starter === 'helper' ? 1000 : 300) + concurrency - 1;
  const { pluginDir } = bench.workspace.programs;
  const task = {
    kind: 'plugin',
    starter,
    count: runs,
    concurrency,
    pluginDir,
    config: pluginConfig,
  } as const;
  return { name, runs, run: () => bench.pool.node(heapMib, task) };
}

/** The executor of Go libcni, if Go is installed. */
export function goContender({ workspace, pool, scale }: Bench, concurrency: number): Contender[] {
  const { goAnchor, pluginDir } = workspace.programs;
  if (goAnchor === undefined) return [];
  const runs = scale(1000) + concurrency - 1;
  const task = { kind: 'plugin', count: runs, concurrency, pluginDir, config: pluginConfig } as const;
  return [{ name: GO, runs, run: () => pool.go(goAnchor, task) }];
}
