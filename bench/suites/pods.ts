import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canSandbox } from '../drivers/sandbox.js';
import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import { findPluginDir } from './real-plugins.js';
import { type Bench, SMALL_HEAP_MIB, type Suite } from './suite.js';

const BARE = 'operator and runc';
const MANAGED = 'PodSandboxManager';

/**
 * Runs, stops and removes pods, with the manager and with only operator and runc. `undefined` if plugins, runc or busybox
 * are not installed, or this process cannot create namespaces.
 */
export function podSuite(bench: Bench): Suite | undefined {
  const pluginDir = findPluginDir();
  const programs = ['/usr/sbin/runc', '/bin/busybox'];
  if (pluginDir === undefined || !programs.every(existsSync) || !canSandbox()) return undefined;
  const count = bench.scale(20);
  const contender = (name: string, bare: boolean): Contender => {
    const cacheDir = bench.workspace.folder(bare ? 'pods-bare' : 'pods');
    const rootfs = join(cacheDir, 'rootfs');
    return {
      name,
      runs: count,
      prepare: async () => makeRootFileSystem(rootfs),
      run: () =>
        bench.pool.node(
          SMALL_HEAP_MIB,
          { kind: 'pods', count, pluginDir, cacheDir, rootfs, bare },
          { sandbox: true },
        ),
    };
  };
  const contenders = [BARE, MANAGED];
  return {
    id: 'pods',
    contenders: [contender(BARE, true), contender(MANAGED, false)],
    comparisons: [
      {
        title: 'a pod that is run, stopped and removed, one after another',
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        target: { contender: MANAGED, atMost: 1.1, against: BARE },
      },
    ],
  };
}

function makeRootFileSystem(folder: string): void {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'sys']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['hosts', 'resolv.conf', 'hostname']) writeFileSync(join(folder, 'etc', name), '');
  cpSync('/bin/busybox', join(folder, 'bin/busybox'));
}
