import type { Contender } from '../measure/rounds.js';
import type { Starter } from '../tasks/task.js';
import { bareSpawn } from './bare-spawn.js';
import { pluginConfig } from './configurations.js';
import { BARE, type Bench, GO, LARGE_HEAP_MIB, SMALL_HEAP_MIB, type Suite } from './suite.js';

const HELPER = 'native helper';
/** What starts plugins in Node, by the name in the table. */
export const STARTERS = { [HELPER]: 'helper', child_process: 'child_process', execa: 'execa' } as const;
const names = [BARE, HELPER, GO, 'child_process', 'execa'];

/** The no-op plugin, one after another. */
export function sequentialSuite(bench: Bench): Suite {
  const concurrency = 1;
  const compared = { contenders: names, anchor: BARE };
  return {
    id: 'plugin',
    contenders: allStarters(bench, concurrency),
    comparisons: [
      {
        ...compared,
        title: 'one plugin run, one after another',
        metric: 'wallMs',
        target: { contender: HELPER, atMost: 1.5, of: 'comparison' },
      },
      ...mainThread('one plugin run, one after another'),
    ],
  };
}

/** The no-op plugin, 100 at a time; the anchor still runs one after another. */
export function concurrentSuite(bench: Bench): Suite {
  const concurrency = 100;
  const title = 'one plugin run, 100 at a time (anchor: one after another)';
  return {
    id: 'plugin-100',
    contenders: allStarters(bench, concurrency),
    comparisons: [
      {
        title,
        metric: 'wallMs',
        contenders: names,
        anchor: BARE,
        target: { contender: HELPER, atMost: 0.85, of: 'comparison' },
      },
      ...mainThread('one plugin run, 100 at a time'),
    ],
  };
}

/** The no-op plugin from a process with a small heap and from one with a large heap. */
export function heapSuite(bench: Bench): Suite[] {
  return Object.entries(STARTERS).map(([name, starter]) => {
    const small = `${name}, 50 MiB heap`;
    const large = `${name}, 1 GiB heap`;
    const comparison = { contenders: [small, large], anchor: small };
    return {
      id: 'heap',
      contenders: [
        nodeContender(bench, { name: small, starter, heapMib: SMALL_HEAP_MIB }),
        nodeContender(bench, { name: large, starter, heapMib: LARGE_HEAP_MIB }),
      ],
      comparisons: [
        {
          ...comparison,
          title: 'one plugin run, by size of the live heap',
          metric: 'wallMs',
          ...(starter === 'helper' && {
            target: { contender: large, atMost: 1.1, of: 'comparison' } as const,
          }),
        },
        { ...comparison, title: 'event loop busy, by size of the live heap', metric: 'busyMs' },
      ],
    };
  });
}

function mainThread(title: string): Suite['comparisons'] {
  const contenders = Object.keys(STARTERS);
  const target = { contender: HELPER, atMost: 0.1, of: 'figure' } as const;
  return [
    { title: `${title}: event loop busy`, metric: 'busyMs', contenders, target },
    { title: `${title}: main thread's processor time`, metric: 'cpuMs', contenders },
  ];
}

function allStarters(bench: Bench, concurrency: number): Contender[] {
  const node = Object.entries(STARTERS).map(([name, starter]) =>
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

/** A Node process that starts the no-op plugin in one of the ways. */
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

/** The executor of Go libcni, where Go is on the machine. */
export function goContender({ workspace, pool, scale }: Bench, concurrency: number): Contender[] {
  const { goAnchor, pluginDir } = workspace.programs;
  if (goAnchor === undefined) return [];
  const runs = scale(1000);
  const task = { kind: 'plugin', count: runs, concurrency, pluginDir, config: pluginConfig } as const;
  return [{ name: GO, runs, run: () => pool.go(goAnchor, task) }];
}
