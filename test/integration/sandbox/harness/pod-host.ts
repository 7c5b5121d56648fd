import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CNIOperatorOptions,
  crunRuntime,
  type OciRuntimeOptions,
  type PodSandboxConfig,
  PodSandboxManager,
  type PodSandboxManagerOptions,
  type Runtime,
  runcRuntime,
} from '../../../../src/index.js';
import { filesUnder } from '../../harness/files.js';
import type { Lab } from '../../harness/lab.js';
import { createOperator, remains } from '../../operator/harness/operators.js';
import { hideSecondVersion } from './control-groups.js';
import { makeRootFileSystem, SERVING } from './root-file-system.js';

/** The folders of a manager and its runtime in a lab. */
function foldersOf(lab: Lab) {
  return {
    stateDir: join(lab.folder, 'pods'),
    logs: join(lab.folder, 'log/pods'),
    root: join(lab.folder, 'runtime'),
    rootfs: join(lab.folder, 'rootfs'),
    netnsDir: '/run/netns',
  };
}

/** A runtime in the folders of the lab. */
export async function createRuntime(
  lab: Lab,
  name: 'runc' | 'crun',
  options: Partial<OciRuntimeOptions> = {},
): Promise<Runtime> {
  const { root, rootfs } = foldersOf(lab);
  await mkdir(rootfs, { recursive: true });
  await makeRootFileSystem(rootfs).catch(() => {});
  if (name === 'crun') await hideSecondVersion();
  const make = name === 'crun' ? crunRuntime : runcRuntime;
  return make({ rootfs, root: join(root, name), args: SERVING, ...options });
}

/** A manager with the real plugins and runtimes of a lab. */
export async function createManager(
  lab: Lab,
  options: Partial<PodSandboxManagerOptions> = {},
  operatorOptions: CNIOperatorOptions = {},
): Promise<PodSandboxManager> {
  const { stateDir, netnsDir } = foldersOf(lab);
  const operator = options.operator ?? (await createOperator(lab, operatorOptions));
  const runtimes = options.runtimes ?? { '': await createRuntime(lab, 'runc') };
  const manager = await PodSandboxManager.create({ operator, stateDir, netnsDir, runtimes, ...options });
  lab.defer(async () => {
    for (const { id } of await manager.list()) await manager.remove(id, { force: true });
  });
  return manager;
}

let count = 0;

/** A pod with unique names. */
export function podConfig(lab: Lab, more: Partial<PodSandboxConfig> = {}): PodSandboxConfig {
  count += 1;
  const uid = `00000000-0000-0000-0000-${String(count).padStart(12, '0')}`;
  const name = `web-${count}`;
  return {
    metadata: { name, namespace: 'shop', uid, attempt: 0 },
    logDirectory: join(foldersOf(lab).logs, `shop_${name}_${uid}`),
    ...more,
  };
}

/** What sandboxes have left on the machine, in the state of manager and runtime, and in logs. */
export async function podRemains(lab: Lab): Promise<string[]> {
  const { stateDir, root, logs } = foldersOf(lab);
  const files = await Promise.all([stateDir, root, logs].map(filesUnder));
  const own = files.flat().filter((file) => !/\/locks\/|\/\.tmp-/.test(file));
  return [...(await remains(lab)), ...own.map((file) => `file ${file}`)];
}
