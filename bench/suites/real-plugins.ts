import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canSandbox } from '../drivers/sandbox.js';
import { againstFirst } from '../measure/comparison.js';
import { duel } from './contenders.js';
import { requireNoAttachments } from './fixtures.js';
import { type Bench, GO, OURS, type Suite } from './suite.js';

const plugins = ['bridge', 'tuning', 'firewall'];

/** A network that each round creates and removes completely. */
const config = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'bench',
  plugins: [
    {
      type: 'bridge',
      bridge: 'bench-real0',
      isGateway: true,
      ipMasq: true,
      ipam: {
        type: 'host-local',
        // Private to the sandbox, like everything below /run.
        dataDir: '/run/cni/networks',
        ranges: [[{ subnet: '10.89.0.0/24' }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'tuning', sysctl: { 'net.ipv4.conf.eth0.arp_filter': '1' } },
    { type: 'firewall', backend: 'iptables' },
  ],
});

/**
 * ADD, CHECK and DEL of three plugins of the CNI project, in sandboxes. `undefined` if they are not installed, or this
 * process cannot create namespaces.
 */
export function realPluginsSuite(bench: Bench): Suite | undefined {
  const pluginDir = findPluginDir();
  if (pluginDir === undefined || !canSandbox()) return undefined;
  const count = bench.scale(20);
  const duellists = [GO, OURS];
  return {
    id: 'list-real',
    contenders: duel(bench, {
      task: (cacheDir) => ({ kind: 'list', count, pluginDir, config, cacheDir }),
      runs: count,
      verify: requireNoAttachments,
      sandbox: true,
    }),
    comparisons: [
      {
        title: `ADD, CHECK and DEL of ${plugins.join(', ')}, one after another`,
        metric: 'wallMs',
        contenders: duellists,
        against: againstFirst(duellists),
        target: { contender: OURS, atMost: 1, against: GO },
      },
    ],
  };
}

/** Finds a folder that has all plugins, so that it is clear which ones were measured. */
export function findPluginDir(): string | undefined {
  const named = (process.env.CNI_PATH ?? '').split(':').filter(Boolean);
  const hasAll = (folder: string) =>
    [...plugins, 'host-local'].every((name) => existsSync(join(folder, name)));
  return [...named, '/opt/cni/bin', '/usr/lib/cni'].find(hasAll);
}
