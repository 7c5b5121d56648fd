import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { PodSandboxManager, RestoreReport } from '../../src/index.js';
import { untilEmpty } from '../integration/harness/eventually.js';
import { useLab } from '../integration/harness/lab.js';
import { pluginDir } from '../integration/harness/plugin-dirs.js';
import { firewall, portmap } from '../integration/harness/plugins.js';
import { confDir, configure, gatewayBridge } from '../integration/operator/harness/operators.js';
import { fetchPage } from '../integration/sandbox/harness/fetch-page.js';
import {
  createManager,
  createRuntime,
  podConfig,
  podRemains,
} from '../integration/sandbox/harness/pod-host.js';
import { GREETING, SERVING } from '../integration/sandbox/harness/root-file-system.js';
import { Program } from './harness/program.js';
import { chooseSeed, randomNumbers } from './harness/random.js';

const KILLS = Number(process.env.FAULT_KILLS ?? 20);
const AT_A_TIME = 2;
/** As long as a pod takes from its run to its removal, and a little more. */
const WINDOW_MS = 2500;

const lab = useLab();

it(`a host program that is killed leaves pods that run and nothing else, ${KILLS} times`, async () => {
  await configure(lab, 'first', [gatewayBridge(lab, 150), portmap, firewall]);
  const manager = await createManager(lab);
  const staying = await runStaying(manager);
  const before = (await podRemains(lab)).sort();
  const random = randomNumbers(chooseSeed());
  const found = { healthy: 0, undone: 0, finished: 0, stopped: 0 };
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await runAndKill(kill, random() * WINDOW_MS);
    const report = await (await createManager(lab)).restore();
    expect(report, `after kill ${kill}`).toMatchObject({ failed: [], busy: [], corrupt: [], orphans: [] });
    expect(report.healthy).toEqual(expect.arrayContaining([...staying.keys()]));
    for (const url of staying.values()) expect(await fetchPage(url)).toBe(GREETING);
    await removeOthers(manager, report, new Set(staying.keys()));
    const left = async () => (await podRemains(lab)).sort().filter((thing) => !before.includes(thing));
    expect(await untilEmpty(left), `after kill ${kill}`).toEqual([]);
    for (const outcome of ['healthy', 'undone', 'finished', 'stopped'] as const)
      found[outcome] += report[outcome].filter((id) => !staying.has(id)).length;
    process.stdout.write(`survived kill ${kill} of ${KILLS}\n`);
  }
  process.stdout.write(`${KILLS} kills met pods that were ${JSON.stringify(found)}\n`);
  // The moments are spread over run, stop and remove.
  expect(found.undone).toBeGreaterThan(KILLS / 10);
  for (const id of staying.keys()) await manager.remove(id);
  expect(await podRemains(lab)).toEqual([]);
}, 3_600_000);

/** Pods that nobody is to touch, with the address on the host that each answers at. */
async function runStaying(manager: PodSandboxManager): Promise<Map<string, string>> {
  const staying = new Map<string, string>();
  for (const hostPort of [18_190, 18_191]) {
    const id = await manager.run(podConfig(lab, { portMappings: [{ containerPort: 80, hostPort }] }));
    staying.set(id, `http://127.0.0.1:${hostPort}/`);
  }
  return staying;
}

async function runAndKill(kill: number, afterMs: number): Promise<void> {
  await createRuntime(lab, 'runc');
  await using program = new Program('podding.mjs', {
    operator: { confDir: confDir(lab), binDirs: [pluginDir], cacheDir: lab.cacheDir },
    runtime: { rootfs: join(lab.folder, 'rootfs'), root: join(lab.folder, 'runtime/runc'), args: SERVING },
    stateDir: join(lab.folder, 'pods'),
    netnsDir: '/run/netns',
    atATime: AT_A_TIME,
    prefix: `kill-${kill}`,
  });
  await program.says('ready');
  program.tell('go');
  await sleep(afterMs);
  await program.kill();
}

/** What a whole pod is, is told by its page: one that is in order answers. */
async function removeOthers(
  manager: PodSandboxManager,
  { healthy, stopped, finished }: RestoreReport,
  staying: ReadonlySet<string>,
): Promise<void> {
  for (const id of healthy.filter((found) => !staying.has(found))) {
    const { network } = await manager.status(id);
    expect(await fetchPage(`http://${network.ipv4[0]}/`)).toBe(GREETING);
    await manager.remove(id);
  }
  for (const id of [...stopped, ...finished]) await manager.remove(id);
}
