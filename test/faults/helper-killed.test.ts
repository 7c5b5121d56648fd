import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AttachRequest, CNIOperator, HelperClient } from '../../src/index.js';
import { filesUnder } from '../integration/harness/files.js';
import { useLab } from '../integration/harness/lab.js';
import { pluginDir } from '../integration/harness/plugin-dirs.js';
import { bridge, firewall, hostLocal, portmap } from '../integration/harness/plugins.js';
import { endProcess, eventually } from '../platform/helper/harness/processes.js';
import { chooseSeed, randomNumbers } from './harness/random.js';

const PODS = 2;
const KILLS = 30;

describe('a helper that is killed while its plugins attach pods', () => {
  const lab = useLab();

  it(`leaves nothing that is not taken away, ${KILLS} times`, async () => {
    const operator = await createOperator();
    const pods = await Promise.all(Array.from({ length: PODS }, (_, index) => createPod(index)));
    const random = randomNumbers(chooseSeed());
    // portmap fails where two of it make the chains that all pods share at the same time.
    for (const pod of pods) await cycle(operator, pod);
    const windowMs = await paceMs(operator, pods);
    let interrupted = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const attaching = Promise.allSettled(pods.map((pod) => operator.attach(pod)));
      await sleep(random() * windowMs);
      await killHelper();
      interrupted += (await attaching).filter(isHelperFailure).length;
      await cleanUp(operator, pods);
      expect([...(await thingsLeft()), ...(await filesUnder(lab.cacheDir))], `after kill ${kill}`).toEqual(
        [],
      );
    }
    expect(interrupted).toBeGreaterThan(KILLS / 4);
  }, 180_000);

  async function createOperator(): Promise<CNIOperator> {
    const confDir = join(lab.folder, 'net.d');
    await mkdir(confDir);
    const ipam = hostLocal(lab.dataDir, '10.111.0.0/24', 'fd10:11::/64');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true });
    const content = { cniVersion: '1.0.0', name: 'killed', plugins: [first, portmap, firewall] };
    await writeFile(join(confDir, 'killed.conflist'), JSON.stringify(content));
    const operator = await CNIOperator.create({ confDir, binDirs: [pluginDir], cacheDir: lab.cacheDir });
    lab.defer(() => operator[Symbol.asyncDispose]());
    return operator;
  }

  async function createPod(index: number): Promise<AttachRequest> {
    const { id, path } = await lab.pod();
    const portMappings = [{ hostPort: 8081 + index, containerPort: 80, protocol: 'tcp' }];
    return { id, netns: path, capabilityArgs: { portMappings } };
  }

  /** The bridge is one for all pods, and stays. */
  async function thingsLeft(): Promise<string[]> {
    return (await lab.leftovers()).filter((thing) => thing !== 'interface testbr0');
  }
});

async function cycle(operator: CNIOperator, pod: AttachRequest): Promise<void> {
  await operator.attach(pod);
  await operator.detach({ id: pod.id });
}

/** How long it takes to attach all pods, at the current load. */
async function paceMs(operator: CNIOperator, pods: readonly AttachRequest[]): Promise<number> {
  const start = performance.now();
  await Promise.all(pods.map((pod) => operator.attach(pod)));
  const tookMs = performance.now() - start;
  await Promise.all(pods.map(({ id }) => operator.detach({ id })));
  return tookMs;
}

/** Waits until its end has been noticed: what is asked of it before that fails. */
async function killHelper(): Promise<void> {
  const { pid } = HelperClient.shared();
  if (pid === undefined) throw new Error('there is no helper to kill');
  endProcess(pid);
  await eventually('the end of the helper is noticed', () => HelperClient.shared().pid !== pid);
}

/** Whether an attach failed, which must be for want of its helper. */
function isHelperFailure(outcome: PromiseSettledResult<unknown>): boolean {
  if (outcome.status === 'fulfilled') return false;
  expect(outcome.reason).toMatchObject({ code: 'ERR_HELPER' });
  return true;
}

/** What a host program does whose attach has failed. */
async function cleanUp(operator: CNIOperator, pods: readonly AttachRequest[]): Promise<void> {
  const { busy, failed, setAside } = await operator.recover();
  expect([...busy, ...failed, ...setAside]).toEqual([]);
  await Promise.all(pods.map(({ id }) => operator.detach({ id })));
  expect((await operator.gc({ valid: [] })).stale).toEqual([]);
}
