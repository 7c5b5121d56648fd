import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { connectOutside } from '../harness/outside.js';
import { expectSilence, ping } from '../harness/ping.js';
import { hostLocal } from '../harness/plugins.js';
import { onlyAddress } from '../harness/results.js';
import { openNetworks } from '../network/harness/networks.js';

describe('the macvlan plugin', () => {
  const lab = useLab();

  function network(more: object = {}) {
    const range = {
      ...hostLocal(lab.dataDir),
      ranges: [[{ subnet: '192.0.2.0/24', rangeStart: '192.0.2.100' }]],
    };
    return lab.list('macs', [{ type: 'macvlan', master: 'uplink', mode: 'bridge', ipam: range, ...more }]);
  }

  it('puts pods with hardware addresses of their own on the network of the master', async () => {
    const outside = await connectOutside(lab);
    const [list, one, two] = [network(), await lab.pod(), await lab.pod()];
    const first = onlyAddress(await lab.cni.addNetworkList(list, one.attachment()));
    const second = onlyAddress(await lab.cni.addNetworkList(list, two.attachment()));
    const link = await showLink('eth0', one.path);
    expect(link.linkinfo).toMatchObject({ info_kind: 'macvlan', info_data: { mode: 'bridge' } });
    expect(link.address).not.toBe((await showLink('eth0', two.path)).address);
    expect(await showAddresses('eth0', one.path)).toEqual([`${first}/24`]);
    await Promise.all([ping(one.path, '192.0.2.2'), ping(one.path, second), ping(outside.path, first)]);

    await lab.cni.checkNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, one.attachment());
    expect(await one.addedLinks()).toEqual([]);
    await lab.cni.delNetworkList(list, two.attachment());
  });

  it('keeps pods apart in private mode', async () => {
    await connectOutside(lab);
    const [list, one, two] = [network({ mode: 'private' }), await lab.pod(), await lab.pod()];
    await lab.cni.addNetworkList(list, one.attachment());
    const second = onlyAddress(await lab.cni.addNetworkList(list, two.attachment()));
    await ping(one.path, '192.0.2.2');
    await expectSilence(one.path, second);
    await lab.cni.delNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, two.attachment());
  });
});

describe('a network of the driver macvlan', () => {
  const lab = useLab();

  it('puts containers on the network of a parent, with hardware addresses of their own', async () => {
    const outside = await connectOutside(lab);
    const networks = await openNetworks(lab);
    const subnets = [{ subnet: '192.0.2.0/24', gateway: '192.0.2.2', ipRange: '192.0.2.128/25' }];
    await networks.create({ name: 'lan', driver: 'macvlan', parent: 'uplink', subnets });
    const [one, two] = [await lab.pod(), await lab.pod()];
    const mac = '02:00:00:00:00:11';
    const first = await networks.connect({ network: 'lan', id: one.id, netns: one.path, mac });
    const second = await networks.connect({ network: 'lan', id: two.id, netns: two.path });
    const address = first.ipv4[0] ?? '';
    await Promise.all([
      ping(one.path, '192.0.2.2'),
      ping(one.path, second.ipv4[0] ?? ''),
      ping(outside.path, address),
    ]);
    expect(await showLink('eth0', one.path)).toMatchObject({
      address: mac,
      linkinfo: { info_kind: 'macvlan' },
    });
    expect(await networks.inspect('lan')).toMatchObject({ interface: 'uplink', mode: 'bridge', subnets });
    await networks.remove('lan', { force: true });
    expect(await one.addedLinks()).toEqual([]);
  });
});
