import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listConfig } from './configurations.js';

/** Writes a folder of network configuration lists: `net0`, `net1` and so on, in the order of their files. */
export async function writeConfigurations(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const file = join(folder, `${String(index).padStart(5, '0')}.conflist`);
    writeMissing(file, listConfig(3, `net${index}`));
  }
}

/** Attachments of others. */
interface Attachments {
  readonly count: number;
  /** The network's configuration as JSON. */
  readonly config: string;
  /** Host ports of each, from 30001 on. @default 0 */
  readonly ports?: number;
  /** @default bench */
  readonly network?: string;
}

/** Writes the cache entries of `count` attachments. */
export async function writeAttachments(
  cacheDir: string,
  { count, config, ports = 0, network = 'bench' }: Attachments,
): Promise<void> {
  const folder = join(cacheDir, 'results');
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const containerId = `container${index}`;
    const hostPorts = Array.from({ length: ports }, (_, port) => 30_001 + index * ports + port);
    const entry = cacheEntry({ network, containerId, config, hostPorts });
    writeMissing(join(folder, `${network}-${containerId}-eth0`), entry);
  }
}

/** The folders that are filled already. Nobody removes the files, and checking each takes longer than a round. */
const written = new Set<string>();

/** {@link writeAttachments}, once for each folder. */
export async function writeOthers(cacheDir: string, attachments: Attachments): Promise<void> {
  if (!written.has(cacheDir)) await writeAttachments(cacheDir, attachments);
  written.add(cacheDir);
}

/** Fails if a cache folder still has attachments. */
export async function requireNoAttachments(cacheDir: string): Promise<void> {
  const left = readdirSync(join(cacheDir, 'results'));
  if (left.length > 0) throw new Error(`${cacheDir}: ${left.length} attachments were not removed`);
}

function writeMissing(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600 });
}

interface Entry {
  readonly network: string;
  readonly containerId: string;
  readonly config: string;
  readonly hostPorts: readonly number[];
}

function cacheEntry({ network, containerId, config, hostPorts }: Entry): string {
  const portMappings = hostPorts.map((hostPort) => ({ hostPort, containerPort: 80, protocol: 'tcp' }));
  return JSON.stringify({
    kind: 'cniCacheV1',
    containerId,
    config: Buffer.from(config).toString('base64'),
    ifName: 'eth0',
    networkName: network,
    netns: '/run/netns/bench',
    cniArgs: [['IgnoreUnknown', '1']],
    ...(portMappings.length > 0 && { capabilityArgs: { portMappings } }),
    result: {
      cniVersion: '1.0.0',
      interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/bench' }],
      ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 0 }],
      routes: [{ dst: '0.0.0.0/0' }],
      dns: {},
    },
  });
}
