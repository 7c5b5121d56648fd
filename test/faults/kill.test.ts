import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AttachRequest, CNIOperator } from '../../src/index.js';
import { filesUnder } from '../integration/harness/files.js';
import { useLab } from '../integration/harness/lab.js';
import { pluginDirs } from '../integration/harness/plugin-dirs.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from '../integration/harness/plugins.js';
import { Program } from './harness/program.js';
import { chooseSeed, randomNumbers } from './harness/random.js';

const LANES = 4;
const KILLS_A_LANE = 5;
const ROUNDS = 10;
const KILLS = LANES * KILLS_A_LANE * ROUNDS;

/** A host program of its own, with a pod of its own, on the network that all lanes share. */
interface Lane {
  readonly operator: CNIOperator;
  readonly pod: AttachRequest;
  /** What the program that is killed is told. */
  readonly settings: object;
  readonly cacheDir: string;
}

/** What was found in the end: ADDs that were cut short, and attachments that stood. */
interface Found {
  undone: number;
  stale: number;
}

describe('a process that is killed while it attaches and detaches', () => {
  const lab = useLab();

  it(`leaves nothing that recovery and garbage collection do not take away, ${KILLS} times`, async () => {
    const random = randomNumbers(chooseSeed());
    const confDir = await configure();
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, index) => createLane(confDir, index)));
    // portmap fails where two of it make the chains that all pods share at the same time.
    for (const lane of lanes) await cycleMs(lane);
    const found: Found = { undone: 0, stale: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      await Promise.all(lanes.map((lane) => killSome(lane, random, found)));
      expect(await thingsLeft(), `after round ${round}`).toEqual([]);
    }
    await Promise.all(lanes.map(({ operator }) => operator[Symbol.asyncDispose]()));
    // The moments are spread over ADD and over the time after it.
    expect(found.undone).toBeGreaterThan(KILLS / 10);
    expect(found.stale).toBeGreaterThan(KILLS / 10);
  }, 600_000);

  async function configure(): Promise<string> {
    const confDir = join(lab.folder, 'net.d');
    await mkdir(confDir);
    const ipam = hostLocal(lab.dataDir, '10.110.0.0/24', 'fd10:10::/64');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true });
    const content = { cniVersion: '1.0.0', name: 'killed', plugins: [first, portmap, firewall, bandwidth] };
    await writeFile(join(confDir, 'killed.conflist'), JSON.stringify(content));
    return confDir;
  }

  async function createLane(confDir: string, index: number): Promise<Lane> {
    const cacheDir = join(lab.cacheDir, `${index}`);
    const options = { confDir, binDirs: pluginDirs, cacheDir };
    const { id, path } = await lab.pod();
    const limits = { ingressRate: 8e6, ingressBurst: 1e6, egressRate: 8e6, egressBurst: 1e6 };
    const portMappings = [{ hostPort: 8081 + index, containerPort: 80, protocol: 'tcp' }];
    const pod = { id, netns: path, capabilityArgs: { portMappings, bandwidth: limits } };
    const operator = await CNIOperator.create(options);
    return { operator, pod, settings: { ...options, pods: [pod] }, cacheDir };
  }

  /** The bridge is one for all pods, and stays. */
  async function thingsLeft(): Promise<string[]> {
    return (await lab.leftovers()).filter((thing) => thing !== 'interface testbr0');
  }
});

async function killSome(lane: Lane, random: () => number, found: Found): Promise<void> {
  const windowMs = await cycleMs(lane);
  for (let kill = 1; kill <= KILLS_A_LANE; kill += 1) {
    await using program = new Program('attaching.mjs', lane.settings);
    await runAndKill(program, random() * windowMs);
    await cleanUp(lane, found);
    // Entries of the cache, of the journal, and locks.
    expect(await filesUnder(lane.cacheDir)).toEqual([]);
  }
}

/** How long it takes to attach a pod and to detach it, at the pace of the moment. */
async function cycleMs({ operator, pod }: Lane): Promise<number> {
  const start = performance.now();
  await operator.attach(pod);
  await operator.detach({ id: pod.id });
  return performance.now() - start;
}

async function runAndKill(program: Program, afterMs: number): Promise<void> {
  await program.says('ready');
  program.tell('go');
  await sleep(afterMs);
  await program.kill();
}

/** What a host program does when it starts again. What the killed one had started may still run. */
async function cleanUp({ operator }: Lane, found: Found): Promise<void> {
  for (let isBusy = true; isBusy; await sleep(isBusy ? 10 : 0)) {
    const report = await operator.recover();
    expect(report.failed).toEqual([]);
    found.undone += report.undone.length;
    isBusy = report.busy.length > 0;
  }
  const { stale } = await operator.gc({ valid: [] });
  found.stale += stale.length;
}
