import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Program } from '../../faults/harness/program.js';
import { useLab } from '../harness/lab.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import { firewall, portmap } from '../harness/plugins.js';
import { confDir, configure, gatewayBridge } from '../operator/harness/operators.js';
import { fetchPage } from './harness/fetch-page.js';
import { createManager, createRuntime, podConfig, podRemains } from './harness/pod-host.js';
import { GREETING, SERVING } from './harness/root-file-system.js';

const PODS = 100;
const AT_A_TIME = 20;
const LONGEST_BLOCK_MS = 20;

const lab = useLab();

beforeEach(() => configure(lab, 'first', [gatewayBridge(lab, 145), portmap, firewall]));

it(`${PODS} pods come and go, ${AT_A_TIME} at a time, and the event loop is never held`, {
  retry: 2,
  timeout: 600_000,
}, async () => {
  await createRuntime(lab, 'runc');
  await using program = new Program('crowd.mjs', {
    operator: { confDir: confDir(lab), binDirs: [pluginDir], cacheDir: lab.cacheDir },
    runtime: { rootfs: join(lab.folder, 'rootfs'), root: join(lab.folder, 'runtime/runc'), args: SERVING },
    stateDir: join(lab.folder, 'pods'),
    netnsDir: '/run/netns',
    pods: PODS,
    atATime: AT_A_TIME,
  });
  await program.succeeds();
  const said = JSON.parse(program.lines.find((line) => line.startsWith('{')) ?? '{}');
  process.stdout.write(`longest block of the event loop: ${JSON.stringify(said)}\n`);
  expect(said.ready).toBe(PODS);
  expect(await podRemains(lab)).toEqual([]);
  // Where other programs have the processors meanwhile, the clock says nothing of this one, and processor time grows
  // now and then. What holds the event loop does so each time.
  expect(said.longestCpuMs).toBeLessThan(LONGEST_BLOCK_MS);
});

it('every pod of a crowd answers at its own address', async () => {
  const manager = await createManager(lab, { concurrency: AT_A_TIME });
  const ids = await Promise.all(Array.from({ length: AT_A_TIME }, () => manager.run(podConfig(lab))));
  const addresses = await Promise.all(
    ids.map(async (id) => (await manager.status(id)).network.ipv4[0] ?? ''),
  );
  expect(new Set(addresses).size).toBe(AT_A_TIME);
  for (const address of addresses) expect(await fetchPage(`http://${address}/`)).toBe(GREETING);
  await Promise.all(ids.map((id) => manager.remove(id)));
  expect(await podRemains(lab)).toEqual([]);
}, 300_000);
