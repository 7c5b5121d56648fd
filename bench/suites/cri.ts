import { existsSync } from 'node:fs';
import { fetchInterface } from '../../scripts/cri/tools.mjs';
import { findProgram } from '../../scripts/setup/find-program.mjs';
import { canSandbox } from '../drivers/sandbox.js';
import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { CriServerName, Task } from '../tasks/task.js';
import { findPluginDir } from './real-plugins.js';
import { type Bench, SMALL_HEAP_MIB, type Suite } from './suite.js';

const NAMES: Readonly<Record<CriServerName, string>> = {
  containerd: 'containerd',
  example: 'examples/cri-server',
};
const PROGRAMS = ['/usr/bin/containerd', '/usr/sbin/runc', '/bin/busybox'];
const SANDBOXES = 50;

/** The example server next to containerd. Empty if something that they need is not installed. */
export function criSuites(bench: Bench): Suite[] {
  const pluginDir = findPluginDir();
  const go = findProgram('go');
  if (pluginDir === undefined || go === undefined || !PROGRAMS.every(existsSync) || !canSandbox()) return [];
  const given = { pluginDir, count: bench.scale(SANDBOXES), proto: fetchInterface(go) };
  return [
    ...[1, 10].map((concurrency) =>
      suite(bench, {
        title: `RunPodSandbox, StopPodSandbox and RemovePodSandbox, ${concurrency} at a time`,
        metric: 'wallMs',
        atMost: 1,
        task: { ...given, kind: 'cri', concurrency },
      }),
    ),
    suite(bench, {
      title: `MiB of memory with ${given.count} sandboxes, helper and shims included`,
      metric: 'memoryMebibytes',
      atMost: 1.5,
      task: { ...given, kind: 'cri-memory', concurrency: 10 },
    }),
  ];
}

interface CriMeasure {
  readonly title: string;
  readonly metric: 'wallMs' | 'memoryMebibytes';
  readonly atMost: number;
  readonly task: Task & { readonly count: number };
}

function suite(bench: Bench, { title, metric, atMost, task }: CriMeasure): Suite {
  const contenders = [NAMES.containerd, NAMES.example];
  return {
    id: 'cri',
    contenders: (['containerd', 'example'] as const).map((server) => contender(bench, server, task)),
    comparisons: [
      {
        title,
        metric,
        contenders,
        against: againstFirst(contenders),
        target: { contender: NAMES.example, atMost, against: NAMES.containerd },
      },
    ],
  };
}

function contender({ pool, workspace }: Bench, server: CriServerName, task: CriMeasure['task']): Contender {
  const folder = workspace.folder(`cri-${server}`);
  return {
    name: NAMES[server],
    runs: task.count,
    run: () =>
      pool.node(SMALL_HEAP_MIB, { ...task, server, cacheDir: folder }, { sandbox: true, apart: server }),
  };
}
