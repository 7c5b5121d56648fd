import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { showBridgePorts } from '../harness/bridge-ports.js';
import { leases } from '../harness/files.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { containerRules } from '../harness/packet-rules.js';
import { expectSilence, ping } from '../harness/ping.js';
import { bridge, hostLocal } from '../harness/plugins.js';
import { hostInterface, onlyAddress, podInterface, view } from '../harness/results.js';
import { defaultGateways } from '../harness/routes.js';

describe('the bridge plugin', () => {
  const lab = useLab();

  function network(subnets: readonly string[], more: object = {}) {
    const plugin = bridge({ bridge: lab.ownBridge('testbr0'), ipam: hostLocal(lab.dataDir, ...subnets) });
    return lab.list('bridged', [{ ...plugin, ...more }]);
  }

  it('gives a pod an address, a default route and a port on the bridge, and takes them away', async () => {
    const [list, pod] = [network(['10.90.0.0/24']), await lab.pod()];
    const result = await lab.cni.addNetworkList(list, pod.attachment());

    expect(view(result).ips).toMatchObject([{ address: '10.90.0.2/24', gateway: '10.90.0.1' }]);
    expect(podInterface(result)).toMatchObject({ name: 'eth0', sandbox: pod.path });
    expect((await showLink('eth0', pod.path)).address).toBe(podInterface(result).mac);
    expect(await showAddresses('eth0', pod.path)).toEqual(['10.90.0.2/24']);
    expect(await defaultGateways(pod.path)).toEqual(['10.90.0.1']);
    expect(await showAddresses('testbr0')).toEqual(['10.90.0.1/24']);
    const ports = await showBridgePorts('testbr0');
    expect(ports.map(({ ifname }) => ifname)).toEqual([hostInterface(result).name]);

    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await pod.addedLinks()).toEqual([]);
    expect(await showBridgePorts('testbr0')).toEqual([]);
    expect(await leases(lab.dataDir)).toEqual([]);
  });

  it('masquerades what leaves the network for as long as the pod is there', async () => {
    const [list, pod] = [network(['10.90.0.0/24'], { ipMasq: true }), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    const rules = await containerRules();
    expect(rules.filter((rule) => rule.includes(pod.id)).length).toBeGreaterThan(0);
    expect(rules.some((rule) => /^ip nat -A .* -j MASQUERADE$/.test(rule))).toBe(true);
    expect(rules.some((rule) => rule.includes('-A POSTROUTING -s 10.90.0.2/32 '))).toBe(true);

    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await containerRules()).toEqual([]);
  });

  it('lets two pods ping each other and their gateway', async () => {
    const [list, one, two] = [network(['10.90.0.0/24']), await lab.pod(), await lab.pod()];
    const first = onlyAddress(await lab.cni.addNetworkList(list, one.attachment()));
    const second = onlyAddress(await lab.cni.addNetworkList(list, two.attachment()));
    expect(first).not.toBe(second);
    await Promise.all([ping(one.path, second), ping(two.path, first), ping(one.path, '10.90.0.1')]);
    await Promise.all([ping(undefined, first), ping(undefined, second)]);

    await lab.cni.delNetworkList(list, one.attachment());
    await expectSilence(two.path, first);
    await ping(undefined, second);
    await lab.cni.delNetworkList(list, two.attachment());
  });

  it('gives a pod on an IPv6 network an address, a route and a neighbour that answers', async () => {
    const [list, one, two] = [network(['fd90::/64']), await lab.pod(), await lab.pod()];
    const first = await lab.cni.addNetworkList(list, one.attachment());
    const second = await lab.cni.addNetworkList(list, two.attachment());
    expect(view(first).ips).toMatchObject([{ address: 'fd90::2/64', gateway: 'fd90::1' }]);
    expect(await showAddresses('eth0', one.path)).toEqual(['fd90::2/64']);
    expect(await defaultGateways(one.path)).toEqual(['fd90::1']);
    await Promise.all([ping(one.path, onlyAddress(second)), ping(one.path, 'fd90::1')]);
    await lab.cni.checkNetworkList(list, one.attachment());

    await lab.cni.delNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, two.attachment());
  });

  it('gives a pod on a dual-stack network an address and a route of each family', async () => {
    const [list, pod] = [network(['10.90.0.0/24', 'fd90::/64'], { ipMasq: true }), await lab.pod()];
    const result = await lab.cni.addNetworkList(list, pod.attachment());
    expect(view(result).ips.map(({ address }) => address)).toEqual(['10.90.0.2/24', 'fd90::2/64']);
    expect(await showAddresses('eth0', pod.path)).toEqual(['10.90.0.2/24', 'fd90::2/64']);
    expect(await showAddresses('testbr0')).toEqual(['10.90.0.1/24', 'fd90::1/64']);
    expect(await defaultGateways(pod.path)).toEqual(['10.90.0.1', 'fd90::1']);
    await Promise.all([ping(pod.path, '10.90.0.1'), ping(pod.path, 'fd90::1')]);
    const families = new Set((await containerRules()).map((rule) => rule.split(' ')[0]));
    expect(families).toEqual(new Set(['ip', 'ip6']));

    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await containerRules()).toEqual([]);
  });

  it('applies the mtu and the hairpin mode that the configuration asks for', async () => {
    const [list, pod] = [network(['10.90.0.0/24'], { mtu: 1400, hairpinMode: true }), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    expect((await showLink('eth0', pod.path)).mtu).toBe(1400);
    expect(await showBridgePorts('testbr0')).toMatchObject([{ hairpin: true, mtu: 1400 }]);
    await lab.cni.delNetworkList(list, pod.attachment());
  });

  it('attaches one pod to two networks, and detaches it from one without touching the other', async () => {
    const pod = await lab.pod();
    const front = network(['10.90.0.0/24']);
    const ipam = hostLocal(lab.dataDir, '10.91.0.0/24');
    const back = lab.list('back', [{ ...bridge({ bridge: lab.ownBridge('testbr1'), ipam }) }]);
    await lab.cni.addNetworkList(front, pod.attachment());
    await lab.cni.addNetworkList(back, pod.attachment({ ifName: 'eth1' }));
    expect(await pod.addedLinks()).toEqual(['eth0', 'eth1']);

    await lab.cni.delNetworkList(front, pod.attachment());
    expect(await pod.addedLinks()).toEqual(['eth1']);
    await ping(pod.path, '10.91.0.1');
    await lab.cni.delNetworkList(back, pod.attachment({ ifName: 'eth1' }));
  });
});
