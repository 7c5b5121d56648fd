import { listConfig } from './configurations.js';
import { duel } from './contenders.js';
import { type Bench, GO, OURS, type Suite } from './suite.js';

const contenders = [GO, OURS];

/** ADD, CHECK and DEL of a three-plugin list, one container after another. */
export function listSuite(bench: Bench): Suite {
  return {
    id: 'list',
    contenders: rounds(bench, { count: bench.scale(200), concurrency: 1 }),
    comparisons: [
      {
        title: 'ADD, CHECK and DEL of three plugins, one after another',
        metric: 'wallMs',
        contenders,
        anchor: GO,
        target: { contender: OURS, atMost: 0.85, of: 'comparison' },
      },
    ],
  };
}

/** The same, 100 containers at a time. */
export function concurrentListSuite(bench: Bench): Suite {
  return {
    id: 'list-100',
    contenders: rounds(bench, { count: bench.scale(400) + 100, concurrency: 100 }),
    comparisons: [
      {
        title: 'ADD, CHECK and DEL of three plugins, 100 at a time',
        metric: 'wallMs',
        contenders,
        anchor: GO,
        target: { contender: OURS, atMost: 0.75, of: 'comparison' },
      },
    ],
  };
}

/** The same on a file system in memory, which shows what the synced cache costs. */
export function memoryListSuite(bench: Bench): Suite | undefined {
  const { memoryFolder } = bench.workspace;
  if (memoryFolder === undefined) return undefined;
  return {
    id: 'list-memory',
    contenders: rounds(bench, { count: bench.scale(200), concurrency: 1, under: memoryFolder }),
    comparisons: [
      {
        title: 'ADD, CHECK and DEL of three plugins, one after another, cache in memory',
        metric: 'wallMs',
        contenders,
        anchor: GO,
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
    comparisons: [{ title: 'validate a list of five plugins', metric: 'wallMs', contenders, anchor: GO }],
  };
}

interface ListRounds {
  readonly count: number;
  readonly concurrency: number;
  readonly under?: string;
}

function rounds(bench: Bench, { count, concurrency, under = '' }: ListRounds) {
  const { pluginDir } = bench.workspace.programs;
  const config = listConfig(3);
  return duel(bench, {
    task: (folder) => {
      const cacheDir = under === '' ? folder : `${under}/${folder.split('/').at(-1)}`;
      return { kind: 'list', count, concurrency, pluginDir, config, cacheDir };
    },
    runs: count,
  });
}
