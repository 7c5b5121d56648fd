import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AttachRequest, CNIOperator } from '../../src/index.js';
import { filesUnder } from '../integration/harness/files.js';
import { useLab } from '../integration/harness/lab.js';
import { pluginDir } from '../integration/harness/plugin-dirs.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from '../integration/harness/plugins.js';
import { Program } from './harness/program.js';
import { chooseSeed, randomNumbers } from './harness/random.js';

const PROGRAMS = 4;
const TIMES_A_ROUND = 5;
/** More of them for a longer run. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 3);
const KILLS = PROGRAMS * TIMES_A_ROUND * ROUNDS;

/** A host that starts again: it shares configuration, cache, journal and locks with the programs that are killed. */
interface Host {
  readonly operator: CNIOperator;
  readonly pods: readonly AttachRequest[];
  /** What every program is told. */
  readonly settings: object;
  readonly random: () => number;
}

/** What was found in the end: ADDs that were cut short, and attachments that stood. */
interface Found {
  undone: number;
  stale: number;
}

describe('processes that share their state and are killed while they attach and detach', () => {
  const lab = useLab();

  it(`leave nothing that recovery and garbage collection do not take away, ${KILLS} times`, async () => {
    const host = await createHost();
    // portmap fails where two of it make the chains that all pods share at the same time.
    for (const pod of host.pods) await cycle(host, pod);
    const found: Found = { undone: 0, stale: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const windowMs = await paceMs(host);
      for (let time = 1; time <= TIMES_A_ROUND; time += 1) await killAll(host, windowMs, found);
      expect(await thingsLeft(), `after round ${round}`).toEqual([]);
    }
    await host.operator[Symbol.asyncDispose]();
    // The moments are spread over the work, however busy the machine is.
    expect(found.undone + found.stale).toBeGreaterThan(KILLS / 10);
  }, 600_000);

  async function createHost(): Promise<Host> {
    const confDir = join(lab.folder, 'net.d');
    await mkdir(confDir);
    const ipam = hostLocal(lab.dataDir, '10.110.0.0/24', 'fd10:10::/64');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true });
    const content = { cniVersion: '1.0.0', name: 'killed', plugins: [first, portmap, firewall, bandwidth] };
    await writeFile(join(confDir, 'killed.conflist'), JSON.stringify(content));
    const settings = { confDir, binDirs: [pluginDir], cacheDir: lab.cacheDir };
    const pods = await Promise.all(Array.from({ length: PROGRAMS }, (_, index) => createPod(index)));
    const random = randomNumbers(chooseSeed());
    return { operator: await CNIOperator.create(settings), pods, settings, random };
  }

  async function createPod(index: number): Promise<AttachRequest> {
    const { id, path } = await lab.pod();
    const limits = { ingressRate: 8e6, ingressBurst: 1e6, egressRate: 8e6, egressBurst: 1e6 };
    const portMappings = [{ hostPort: 8081 + index, containerPort: 80, protocol: 'tcp' }];
    return { id, netns: path, capabilityArgs: { portMappings, bandwidth: limits } };
  }

  /** Each program has a pod of its own, and is killed at a moment of its own. */
  async function killAll(host: Host, windowMs: number, found: Found): Promise<void> {
    await Promise.all(host.pods.map((pod) => runAndKill(host, pod, windowMs)));
    await cleanUp(host, found);
    // Entries of the cache, of the journal, and locks.
    expect(await filesUnder(lab.cacheDir)).toEqual([]);
  }

  /** The bridge is one for all pods, and stays. */
  async function thingsLeft(): Promise<string[]> {
    return (await lab.leftovers()).filter((thing) => thing !== 'interface testbr0');
  }
});

/** How long it takes to attach and to detach all pods, at the current load. */
async function paceMs(host: Host): Promise<number> {
  const start = performance.now();
  await Promise.all(host.pods.map((pod) => cycle(host, pod)));
  return performance.now() - start;
}

async function cycle({ operator }: Host, pod: AttachRequest): Promise<void> {
  await operator.attach(pod);
  await operator.detach({ id: pod.id });
}

async function runAndKill({ settings, random }: Host, pod: AttachRequest, windowMs: number): Promise<void> {
  await using program = new Program('attaching.mjs', { ...settings, pods: [pod] });
  await program.says('ready');
  program.tell('go');
  await sleep(random() * windowMs);
  await program.kill();
}

/** What a host program does when it starts again. What the killed ones had started may still run. */
async function cleanUp({ operator }: Host, found: Found): Promise<void> {
  for (let isBusy = true; isBusy; await sleep(isBusy ? 10 : 0)) {
    const report = await operator.recover();
    expect([...report.failed, ...report.setAside]).toEqual([]);
    found.undone += report.undone.length;
    isBusy = report.busy.length > 0;
  }
  const { stale } = await operator.gc({ valid: [] });
  found.stale += stale.length;
}
