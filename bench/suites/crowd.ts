import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canSandbox } from '../drivers/sandbox.js';
import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { Task } from '../tasks/task.js';
import { listConfig } from './configurations.js';
import { requireNoAttachments, writeAttachments, writeConfigurations, writeOthers } from './fixtures.js';
import { type Bench, GO, OURS, SMALL_HEAP_MIB, type Suite } from './suite.js';

const CROWD = 10_000;
const VERBS = 'the verbs alone';
const OPERATOR = 'the operator';

/** The cost of an operator's work by what exists on the host. Empty if this process cannot create namespaces. */
export function crowdSuites(bench: Bench): Suite[] {
  if (!canSandbox()) return [];
  const { memoryFolder } = bench.workspace;
  return [
    ...(['attach', 'detach'] as const).flatMap((kind) => [
      crowdSuite(bench, { kind, ports: 0 }),
      crowdSuite(bench, { kind, ports: 1 }),
    ]),
    portsSuite(bench),
    collectionSuite(bench),
    freshListSuite(bench),
    freshLoadSuite(bench),
    largeResultSuite(bench),
    operatorSuite(bench, { where: 'state on disk', folder: bench.workspace.folder('operator') }),
    ...(memoryFolder === undefined
      ? []
      : [operatorSuite(bench, { where: 'state in memory', folder: memoryFolder, atMost: 1.6 })]),
  ];
}

interface Crowd {
  readonly kind: 'attach' | 'detach';
  /** Host ports of each attachment. */
  readonly ports: number;
}

/** Attaches or detaches with an operator, next to `others` other attachments. */
export function crowdContender(
  bench: Bench,
  { name, kind, ports, others }: Crowd & { readonly name: string; readonly others: number },
): Contender {
  const count = bench.scale(20);
  const config = listConfig(3);
  const { pluginDir } = bench.workspace.programs;
  const cacheDir = bench.workspace.folder(`crowd-${others}-${ports}`);
  const task = { count, config, cacheDir, pluginDir, ports };
  const perform = (one: Task) => bench.pool.node(SMALL_HEAP_MIB, one, { sandbox: true });
  return {
    name,
    runs: count,
    prepare: async () => {
      await writeOthers(cacheDir, { count: others, config, ports });
      if (kind === 'detach') await perform({ kind: 'attach', ...task });
    },
    run: () => perform({ kind, ...task }),
    verify: async () => {
      if (kind === 'attach') await perform({ kind: 'detach', ...task });
    },
  };
}

/** With nothing else on the host, and next to 10,000 attachments. */
function crowdSuite(bench: Bench, { kind, ports }: Crowd): Suite {
  const contender = (name: string, others: number) => crowdContender(bench, { name, kind, ports, others });
  const [alone, crowded] = ['no other attachment', `${bench.scale(CROWD).toLocaleString('en')} others`];
  const contenders = [alone, crowded];
  const withPorts = ports > 0 ? ', each with a host port' : '';
  return {
    id: 'crowd',
    contenders: [contender(alone, 0), contender(crowded, bench.scale(CROWD))],
    comparisons: [
      {
        title: `${kind} of three plugins, by number of attachments on the host${withPorts}`,
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        target: { contender: crowded, atMost: 1.3, against: alone },
      },
    ],
  };
}

/** One pod with many ports: each port costs the same, and the event loop is not blocked. */
function portsSuite(bench: Bench): Suite {
  const { pluginDir } = bench.workspace.programs;
  const contender = (name: string, ports: number): Contender => {
    const cacheDir = bench.workspace.folder(`ports-${ports}`);
    const task = {
      kind: 'attach-detach',
      count: 1,
      config: listConfig(1),
      cacheDir,
      pluginDir,
      ports,
    } as const;
    return {
      name,
      runs: ports,
      run: () => bench.pool.node(SMALL_HEAP_MIB, task, { sandbox: true }),
      verify: () => requireNoAttachments(cacheDir),
    };
  };
  const [few, many] = [bench.scale(2000), bench.scale(8000)];
  const nameOf = (ports: number) => `${ports.toLocaleString('en')} port mappings`;
  const contenders = [nameOf(few), nameOf(many)];
  const title = 'a pod attached and detached';
  return {
    id: 'ports',
    contenders: [contender(nameOf(few), few), contender(nameOf(many), many)],
    comparisons: [
      {
        title: `${title}, time per port`,
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        target: { contender: nameOf(many), atMost: 1.2, against: nameOf(few) },
      },
      {
        title: `${title}: longest block of the event loop`,
        metric: 'longestBlockMs',
        contenders,
        target: { contender: nameOf(many), atMost: 50 },
      },
    ],
  };
}

/** A dry run of garbage collection, over records of others. */
function collectionSuite(bench: Bench): Suite {
  const count = bench.scale(CROWD);
  const { pluginDir } = bench.workspace.programs;
  const cacheDir = bench.workspace.folder('dry-run');
  const task = { kind: 'gc-dry-run', count, config: listConfig(3), cacheDir, pluginDir } as const;
  const others = listConfig(3, 'others');
  const title = `gc, dry run, over ${count.toLocaleString('en')} records of others`;
  return {
    id: 'gc-dry-run',
    contenders: [
      {
        name: OURS,
        runs: 1,
        prepare: () => writeAttachments(cacheDir, { count, config: others, network: 'others' }),
        run: () => bench.pool.node(SMALL_HEAP_MIB, task, { sandbox: true }),
      },
    ],
    comparisons: [
      { title, metric: 'wallMs', contenders: [OURS] },
      {
        title: `${title}: longest block of the event loop`,
        metric: 'longestBlockMs',
        contenders: [OURS],
        target: { contender: OURS, atMost: 20 },
      },
    ],
  };
}

/** Lists attachments in a fresh process. */
function freshListSuite(bench: Bench): Suite {
  const count = bench.scale(CROWD);
  const cacheDir = bench.workspace.folder('attachments');
  return freshSuite(bench, {
    task: { kind: 'attachments', count, cacheDir },
    prepare: () => writeAttachments(cacheDir, { count, config: listConfig(1) }),
    title: `${count.toLocaleString('en')} cached attachments listed by a fresh process`,
    atMost: 1,
  });
}

/** Loads a network by name in a fresh process. */
function freshLoadSuite(bench: Bench): Suite {
  const count = bench.scale(1024);
  const confDir = bench.workspace.folder('conf');
  return freshSuite(bench, {
    task: { kind: 'load', count, confDir, network: `net${count - 1}` },
    prepare: () => writeConfigurations(confDir, count),
    title: `the last of ${count.toLocaleString('en')} conf files loaded by a fresh process`,
    atMost: 1.5,
  });
}

/** Work of a fresh process, compared with Go. */
interface FreshWork {
  readonly task: Task;
  readonly prepare: NonNullable<Contender['prepare']>;
  readonly title: string;
  /** The target, as a multiple of Go. */
  readonly atMost: number;
}

/** The start of the process and the import of the library are not timed. */
function freshSuite({ pool, workspace }: Bench, { task, prepare, title, atMost }: FreshWork): Suite {
  const { goAnchor } = workspace.programs;
  const ours = { name: OURS, runs: 1, prepare, run: () => pool.freshNode(task) };
  const go = goAnchor ? [{ name: GO, runs: 1, prepare, run: () => pool.freshGo(goAnchor, task) }] : [];
  const comparison: Suite['comparisons'][number] = {
    title,
    metric: 'wallMs',
    contenders: [GO, OURS],
    against: againstFirst([GO, OURS]),
    target: { contender: OURS, atMost, against: GO },
  };
  return { id: 'fresh', contenders: [...go, ours], comparisons: [comparison] };
}

const LARGE_BYTES = 1024 * 1024;

/** ADD, CHECK and DEL of two plugins that print a large result. */
function largeResultSuite(bench: Bench): Suite {
  const folder = bench.workspace.folder('large');
  writeFileSync(join(folder, 'result.json'), largeResult());
  const shell = `#!/bin/sh\ncat > /dev/null\n[ "$CNI_COMMAND" != ADD ] || cat ${folder}/result.json\n`;
  writeFileSync(join(folder, 'large'), shell, { mode: 0o755 });
  const plugins = [{ type: 'large' }, { type: 'large' }];
  const config = JSON.stringify({ cniVersion: '1.0.0', name: 'bench', plugins });
  const cacheDir = bench.workspace.folder('large-cache');
  const task = { kind: 'list', count: 1, pluginDir: folder, config, cacheDir, watchBlocks: true } as const;
  return {
    id: 'large-results',
    contenders: [
      { name: OURS, runs: 1, run: () => bench.pool.node(SMALL_HEAP_MIB, task, { sandbox: true }) },
    ],
    comparisons: [
      {
        title: 'ADD, CHECK and DEL of two plugins with results of 1 MiB: longest block of the event loop',
        metric: 'longestBlockMs',
        contenders: [OURS],
        target: { contender: OURS, atMost: 50 },
      },
    ],
  };
}

function largeResult(): string {
  const route = (index: number) => ({ dst: `10.${index >> 8}.${index & 255}.0/24`, gw: '10.0.0.1' });
  const count = Math.ceil(LARGE_BYTES / JSON.stringify(route(40_000)).length);
  const routes = Array.from({ length: count }, (_, index) => route(index));
  const interfaces = [{ name: 'eth0', sandbox: '/run/netns/bench' }];
  return JSON.stringify({ cniVersion: '1.0.0', interfaces, ips: [], routes, dns: {} });
}

interface Place {
  readonly where: string;
  readonly folder: string;
  /** The target, as a multiple of the verbs. @default it is only reported */
  readonly atMost?: number;
}

/** How much the operator adds to the verbs. */
function operatorSuite(bench: Bench, { where, folder, atMost }: Place): Suite {
  const count = bench.scale(40);
  const { pluginDir } = bench.workspace.programs;
  const contender = (name: string, kind: 'add-del' | 'attach-detach'): Contender => {
    const cacheDir = mkdtempSync(join(folder, `${kind}-`));
    const task = { kind, count, config: listConfig(3), cacheDir, pluginDir };
    return {
      name,
      runs: count,
      run: () => bench.pool.node(SMALL_HEAP_MIB, task, { sandbox: true }),
      verify: () => requireNoAttachments(cacheDir),
    };
  };
  const contenders = [VERBS, OPERATOR];
  return {
    id: 'operator',
    contenders: [contender(VERBS, 'add-del'), contender(OPERATOR, 'attach-detach')],
    comparisons: [
      {
        title: `three plugins attached and detached, ${where}`,
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        ...(atMost !== undefined && { target: { contender: OPERATOR, atMost, against: VERBS } }),
      },
    ],
  };
}
