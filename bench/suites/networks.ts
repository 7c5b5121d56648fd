import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canSandbox } from '../drivers/sandbox.js';
import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { Task } from '../tasks/task.js';
import { findPluginDir } from './real-plugins.js';
import { type Bench, SMALL_HEAP_MIB, type Suite } from './suite.js';

const NETWORKS = 200;
const CONTAINERS = 1000;
const ALONE = 'no other network';
const CROWDED = `${NETWORKS} other networks`;
const OPERATOR = 'attach and detach of the operator';
const CONNECT = 'connect and disconnect';
const LOOK = `${NETWORKS} networks, ${CONTAINERS} containers`;

/** Networks of the library, on plugins of the CNI project. Empty if those are not installed. */
export function networkSuites(bench: Bench): Suite[] {
  const pluginDir = findPluginDir();
  if (pluginDir === undefined || !canSandbox()) return [];
  return [makeSuite(bench, pluginDir), lookSuite(bench, pluginDir), connectSuite(bench, pluginDir)];
}

function makeSuite(bench: Bench, pluginDir: string): Suite {
  const contenders = [ALONE, CROWDED];
  const count = bench.scale(20);
  const folders = contenders.map((_, index) => bench.workspace.folder(`networks-make-${index}`));
  writeNetworks(join(folders[1] ?? '', 'net.d'), NETWORKS);
  return {
    id: 'networks',
    contenders: contenders.map((name, index) =>
      contender(bench, { name, kind: 'network-make', count, pluginDir, folder: folders[index] ?? '' }),
    ),
    comparisons: [
      {
        title: 'a network created and removed',
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        target: { contender: CROWDED, atMost: 1.5, against: ALONE },
      },
    ],
  };
}

function lookSuite(bench: Bench, pluginDir: string): Suite {
  const folder = bench.workspace.folder('networks-look');
  writeNetworks(join(folder, 'net.d'), NETWORKS);
  writeContainers(join(folder, 'cache', 'results'), CONTAINERS);
  return {
    id: 'networks',
    contenders: [contender(bench, { name: LOOK, kind: 'network-look', count: NETWORKS, pluginDir, folder })],
    comparisons: [
      {
        title: 'all networks listed and inspected: longest block of the event loop',
        metric: 'longestBlockMs',
        contenders: [LOOK],
        target: { contender: LOOK, atMost: 10 },
      },
    ],
  };
}

function connectSuite(bench: Bench, pluginDir: string): Suite {
  const contenders = [OPERATOR, CONNECT];
  const count = bench.scale(20);
  const kinds = ['network-attach', 'network-connect'] as const;
  return {
    id: 'networks',
    contenders: kinds.map((kind, index) => {
      const folder = bench.workspace.folder(kind);
      writeNetworks(join(folder, 'net.d'), 1, 'bench');
      return contender(bench, { name: contenders[index] ?? '', kind, count, pluginDir, folder });
    }),
    comparisons: [
      {
        title: 'a container connected to and disconnected from a network of bridge, portmap, firewall',
        metric: 'wallMs',
        contenders,
        against: againstFirst(contenders),
        target: { contender: CONNECT, atMost: 1.1, against: OPERATOR },
      },
    ],
  };
}

interface NetworkContender extends Pick<Task, 'kind'> {
  readonly name: string;
  readonly count: number;
  readonly pluginDir: string;
  readonly folder: string;
}

function contender({ pool }: Bench, { name, folder, ...task }: NetworkContender): Contender {
  const folders = { confDir: join(folder, 'net.d'), cacheDir: join(folder, 'cache') };
  return {
    name,
    runs: task.kind === 'network-look' ? 1 : task.count,
    run: () => pool.node(SMALL_HEAP_MIB, { ...task, ...folders }, { sandbox: true }),
  };
}

function writeNetworks(confDir: string, count: number, only?: string): void {
  mkdirSync(confDir, { recursive: true });
  for (let index = 0; index < count; index++) {
    const name = only ?? `net${index}`;
    const file = join(confDir, `isulacni-${name}.conflist`);
    writeFileSync(file, networkText(name, `bench${index}`, `10.${64 + (index >> 8)}.${index & 255}.0/24`));
  }
}

function networkText(name: string, bridge: string, subnet: string): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] };
  const plugins = [
    { type: 'bridge', bridge, isGateway: true, ipMasq: true, ipam },
    { type: 'portmap', capabilities: { portMappings: true } },
    { type: 'firewall' },
  ];
  return JSON.stringify({ cniVersion: '1.0.0', name, plugins });
}

/** Writes the cache entries of that many attachments, spread over all networks. */
function writeContainers(results: string, count: number): void {
  mkdirSync(results, { recursive: true });
  for (let index = 0; index < count; index++) {
    const [networkName, containerId] = [`net${index % NETWORKS}`, `container${index}`];
    const address = `10.64.${index % NETWORKS}.${2 + Math.floor(index / NETWORKS)}/24`;
    const config = Buffer.from(networkText(networkName, 'bench-net0', '10.64.0.0/24')).toString('base64');
    const interfaces = [{ name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/bench' }];
    const result = { cniVersion: '1.0.0', interfaces, ips: [{ address, interface: 0 }] };
    const entry = {
      kind: 'cniCacheV1',
      containerId,
      config,
      ifName: 'eth0',
      networkName,
      netns: '/run/netns/bench',
      result,
    };
    writeFileSync(join(results, `${networkName}-${containerId}-eth0`), JSON.stringify(entry), {
      mode: 0o600,
    });
  }
}
