import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { againstFirst, type Comparison } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import { timeProgram } from '../measure/time-program.js';
import type { Bench, Suite } from './suite.js';

const NODE = 'node -e 0';
const command = fileURLToPath(new URL('../../dist/libcni.cjs', import.meta.url));
const AT_MOST_MS = 60;

/** How long the command takes beyond the start of Node. */
export function commandSuite(bench: Bench): Suite {
  const folder = bench.workspace.folder('command');
  const places = makePlaces(bench, folder);
  const words: Readonly<Record<string, readonly string[]>> = {
    [NODE]: ['-e', '0'],
    'libcni --version': [command, '--version'],
    'libcni --help': [command, '--help'],
    'libcni list': [command, 'list', ...places],
    'libcni add with a no-op plugin': [command, 'add', 'front', join(folder, 'netns'), ...places],
  };
  const names = Object.keys(words);
  return {
    id: 'command',
    contenders: names.map((name) => contender(bench, name, words[name] ?? [])),
    comparisons: names.slice(1).flatMap((name) => comparisons(name)),
  };
}

function comparisons(name: string): Comparison[] {
  const contenders = [NODE, name];
  const against = againstFirst(contenders);
  const more = { contenders, against, by: 'difference' } as const;
  const target = { contender: name, atMost: AT_MOST_MS, against: NODE };
  return [
    { title: `${name}, from start to exit`, metric: 'wallMs', ...more, target },
    { title: `${name}: processor time`, metric: 'cpuMs', ...more },
    { title: `${name}: processor time, as a ratio`, metric: 'cpuMs', contenders: [name], against },
  ];
}

function makePlaces({ workspace }: Bench, folder: string): string[] {
  const [confDir, cacheDir] = [join(folder, 'net.d'), join(folder, 'cache')];
  mkdirSync(confDir, { recursive: true });
  const conf = { cniVersion: '1.0.0', name: 'front', plugins: [{ type: 'noop' }] };
  writeFileSync(join(confDir, 'front.conflist'), JSON.stringify(conf));
  const { pluginDir } = workspace.programs;
  return ['--netconfpath', confDir, '--cni-path', pluginDir, '--cache-dir', cacheDir];
}

function contender({ workspace, scale }: Bench, name: string, args: readonly string[]): Contender {
  const runs = scale(10);
  // Without the variables of this shell: some, such as NODE_EXTRA_CA_CERTS, cost Node more than the command does.
  const program = ['/usr/bin/env', '-i', process.execPath, ...args];
  const run = () => timeProgram(workspace.programs.timedRun, program, { runs });
  return { name, runs, run };
}
