import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { connectOutside } from '../harness/outside.js';
import { ping } from '../harness/ping.js';
import { hostLocal } from '../harness/plugins.js';
import { onlyAddress } from '../harness/results.js';
import { openNetworks } from '../network/harness/networks.js';

describe('the ipvlan plugin', () => {
  const lab = useLab();

  function network(mode: string) {
    const range = {
      ...hostLocal(lab.dataDir),
      ranges: [[{ subnet: '192.0.2.0/24', rangeStart: '192.0.2.100' }]],
    };
    return lab.list('shared', [{ type: 'ipvlan', master: 'uplink', mode, ipam: range }]);
  }

  it('puts pods on the network of the master, with the hardware address of the master', async () => {
    const outside = await connectOutside(lab);
    const [list, one, two] = [network('l2'), await lab.pod(), await lab.pod()];
    const first = onlyAddress(await lab.cni.addNetworkList(list, one.attachment()));
    const second = onlyAddress(await lab.cni.addNetworkList(list, two.attachment()));
    const link = await showLink('eth0', one.path);
    expect(link.linkinfo).toMatchObject({ info_kind: 'ipvlan', info_data: { mode: 'l2' } });
    expect(link.address).toBe((await showLink('uplink')).address);
    expect(await showAddresses('eth0', one.path)).toEqual([`${first}/24`]);
    await Promise.all([ping(one.path, '192.0.2.2'), ping(one.path, second), ping(outside.path, first)]);

    await lab.cni.checkNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, one.attachment());
    expect(await one.addedLinks()).toEqual([]);
    await lab.cni.delNetworkList(list, two.attachment());
  });

  it('makes the interface in the mode that the configuration names', async () => {
    await connectOutside(lab);
    const [list, pod] = [network('l3'), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    expect((await showLink('eth0', pod.path)).linkinfo?.info_data).toMatchObject({ mode: 'l3' });
    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
  });
});

describe('a network of the driver ipvlan', () => {
  const lab = useLab();

  it('puts containers on the network of a parent, with its hardware address', async () => {
    const outside = await connectOutside(lab);
    const networks = await openNetworks(lab);
    const subnets = [{ subnet: '192.0.2.0/24', gateway: '192.0.2.2', ipRange: '192.0.2.128/25' }];
    await networks.create({ name: 'lan', driver: 'ipvlan', parent: 'uplink', mode: 'l2', subnets });
    const [one, two] = [await lab.pod(), await lab.pod()];
    const first = await networks.connect({ network: 'lan', id: one.id, netns: one.path, ip: '192.0.2.200' });
    const second = await networks.connect({ network: 'lan', id: two.id, netns: two.path });
    expect(first.ipv4).toEqual(['192.0.2.200']);
    await Promise.all([ping(one.path, second.ipv4[0] ?? ''), ping(outside.path, '192.0.2.200')]);
    const link = await showLink('eth0', one.path);
    expect(link.address).toBe((await showLink('uplink')).address);
    await networks.remove('lan', { force: true });
    expect(await one.addedLinks()).toEqual([]);
  });
});
