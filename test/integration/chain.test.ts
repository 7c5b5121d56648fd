import { describe, expect, it } from 'vitest';
import { checkMapped, checkMappedIpv4 } from './harness/check-mapped.js';
import { pluginFailure } from './harness/failure.js';
import { useLab } from './harness/lab.js';
import { showLink } from './harness/links.js';
import { connectOutside } from './harness/outside.js';
import { containerRules, emptyPortChain } from './harness/packet-rules.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from './harness/plugins.js';
import type { Pod } from './harness/pod.js';
import { showQdiscs } from './harness/qdiscs.js';
import { podInterface, view } from './harness/results.js';
import { run } from './harness/run.js';
import { readGreeting, startGreeter } from './harness/server.js';

const capabilityArgs = {
  portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  bandwidth: {
    ingressRate: 80_000_000,
    ingressBurst: 8_000_000,
    egressRate: 80_000_000,
    egressBurst: 8_000_000,
  },
};

/** What each plugin of the chain misses, from the last one to the first. */
const spoilers: [plugin: string, spoil: (pod: Pod) => Promise<unknown>][] = [
  ['tuning', (pod) => pod.run('ip', 'link', 'set', 'eth0', 'mtu', '1400')],
  ['bandwidth', removeLimit],
  ['firewall', () => run('iptables', '-t', 'filter', '-F', 'CNI-FORWARD')],
  ['portmap', emptyPortChain],
  ['bridge', (pod) => pod.run('ip', 'route', 'delete', 'default')],
];

/** Takes away the device through which what the pod sends is limited. */
async function removeLimit(): Promise<void> {
  const limit = (await showQdiscs()).find(({ kind, dev }) => kind === 'tbf' && !dev.startsWith('veth'));
  await run('ip', 'link', 'delete', limit?.dev ?? '');
}

describe('a chain of bridge, portmap, firewall, bandwidth and tuning', () => {
  const lab = useLab();

  function network(subnets = ['10.99.0.0/24', 'fd99::/64']) {
    const ipam = hostLocal(lab.dataDir, ...subnets);
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true });
    const tuning = { type: 'tuning', mtu: 1450, sysctl: { 'net.core.somaxconn': '517' } };
    return lab.list('chained', [first, portmap, firewall, bandwidth, tuning]);
  }

  it('does what each of the five says, and DEL takes all of it away', async () => {
    const [list, pod, outside] = [network(), await lab.pod(), await connectOutside(lab)];
    const attachment = pod.attachment({ capabilityArgs });
    const result = await lab.cni.addNetworkList(list, attachment);

    expect(view(result).ips).toHaveLength(2);
    expect(podInterface(result).name).toBe('eth0');
    expect((await showLink('eth0', pod.path)).mtu).toBe(1450);
    expect(await pod.run('cat', '/proc/sys/net/core/somaxconn')).toBe('517\n');
    expect((await showQdiscs()).filter(({ kind }) => kind === 'tbf')).toHaveLength(2);
    const rules = await containerRules();
    expect(rules).toContainEqual(expect.stringContaining('--to-destination 10.99.0.2:80'));
    expect(rules).toContainEqual(expect.stringMatching(/^ip filter .*-s 10\.99\.0\.2\/32 .*-j ACCEPT$/));
    await startGreeter(lab, pod, { port: 80, text: 'through five plugins' });
    expect(await readGreeting(outside.path, outside.host.first, 8080)).toBe('through five plugins');

    await checkMapped(lab, list, attachment);
    await lab.cni.delNetworkList(list, attachment);
    expect(await containerRules()).toEqual([]);
    expect(await showQdiscs()).toEqual([]);
    expect(await pod.addedLinks()).toEqual([]);
  });

  it('is checked by each of the five, and the first that misses something says so', async () => {
    const [list, pod] = [network(['10.99.0.0/24']), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs });
    await lab.cni.addNetworkList(list, attachment);
    await checkMappedIpv4(lab, list, attachment);

    for (const [plugin, spoil] of spoilers) {
      await spoil(pod);
      const error = await pluginFailure(checkMappedIpv4(lab, list, attachment));
      expect(error).toMatchObject({ verb: 'CHECK', plugin, containerId: pod.id });
    }
    await lab.cni.delNetworkList(list, attachment);
    expect(await containerRules()).toEqual([]);
  });

  it('is done for ten pods at the same time and undone again', async () => {
    const list = network();
    const pods = await Promise.all(Array.from({ length: 10 }, () => lab.pod()));
    const attachments = pods.map((pod, index) => {
      const portMappings = [{ hostPort: 8100 + index, containerPort: 80, protocol: 'tcp' }];
      return pod.attachment({ capabilityArgs: { ...capabilityArgs, portMappings } });
    });
    const results = await Promise.all(attachments.map((rt) => lab.cni.addNetworkList(list, rt)));
    expect(new Set(results.flatMap((result) => view(result).ips.map(({ address }) => address))).size).toBe(
      20,
    );
    await Promise.all(attachments.map((rt) => checkMapped(lab, list, rt)));
    await Promise.all(attachments.map((rt) => lab.cni.delNetworkList(list, rt)));
    expect(await containerRules()).toEqual([]);
  });
});
