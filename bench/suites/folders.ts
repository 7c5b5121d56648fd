import { againstFirst } from '../measure/comparison.js';
import type { Task } from '../tasks/task.js';
import { listConfig } from './configurations.js';
import { duel } from './contenders.js';
import { requireNoAttachments, writeAttachments, writeConfigurations } from './fixtures.js';
import { type Bench, GO, OURS, type Suite } from './suite.js';

const contenders = [GO, OURS];
const against = againstFirst(contenders);
const target = { contender: OURS, atMost: 1, against: GO } as const;

/** A folder of 1,024 configuration files. */
export function configurationSuites(bench: Bench): Suite[] {
  const count = bench.scale(1024);
  const confDir = bench.workspace.folder('conf');
  const files = `${count.toLocaleString('en')} conf files`;
  const prepare = () => writeConfigurations(confDir, count);
  const suite = (kind: Task['kind'], title: string): Suite => {
    const task = { kind, count, confDir, network: `net${count - 1}` };
    return {
      id: 'conf',
      contenders: duel(bench, { task: () => task, runs: 1, times: 3, prepare }),
      comparisons: [
        { title, metric: 'wallMs', contenders, against, target },
        { title: `${title}: longest block of the event loop`, metric: 'longestBlockMs', contenders: [OURS] },
      ],
    };
  };
  return [suite('load', `the last of ${files} loaded by name`), suite('parse', `all of ${files} loaded`)];
}

/** A cache of 10,000 attachments, listed. */
export function attachmentSuite(bench: Bench): Suite {
  const count = bench.scale(10_000);
  const cacheDir = bench.workspace.folder('attachments');
  const title = `${count.toLocaleString('en')} cached attachments listed`;
  return {
    id: 'attachments',
    contenders: duel(bench, {
      task: () => ({ kind: 'attachments', count, cacheDir }),
      runs: 1,
      times: 3,
      prepare: () => writeAttachments(cacheDir, { count, config: listConfig(1) }),
    }),
    comparisons: [
      { title, metric: 'wallMs', contenders, against, target },
      { title: `${title}: longest block of the event loop`, metric: 'longestBlockMs', contenders: [OURS] },
    ],
  };
}

/** The same cache, all of it garbage: one DEL for each attachment. */
export function garbageSuite(bench: Bench): Suite {
  const count = bench.scale(10_000);
  const config = listConfig(1);
  const { pluginDir } = bench.workspace.programs;
  const title = `${count.toLocaleString('en')} cached attachments garbage-collected`;
  return {
    id: 'gc',
    contenders: duel(bench, {
      task: (cacheDir) => ({ kind: 'gc', count, pluginDir, config, cacheDir }),
      runs: 1,
      prepare: (cacheDir) => writeAttachments(cacheDir, { count, config }),
      verify: requireNoAttachments,
    }),
    comparisons: [{ title, metric: 'wallMs', contenders, against, target }],
  };
}
