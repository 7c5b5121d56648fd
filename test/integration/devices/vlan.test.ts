import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { connectOutside } from '../harness/outside.js';
import { expectSilence, ping } from '../harness/ping.js';
import { hostLocal } from '../harness/plugins.js';
import { runIn } from '../harness/run.js';

describe('the vlan plugin', () => {
  const lab = useLab();

  function network(vlanId: number) {
    const range = {
      ...hostLocal(lab.dataDir),
      ranges: [[{ subnet: '10.98.0.0/24', rangeStart: '10.98.0.100' }]],
    };
    return lab.list('tagged', [{ type: 'vlan', master: 'uplink', vlanId, mtu: 1400, ipam: range }]);
  }

  it('puts a pod on one VLAN of the master, where it meets its neighbours', async () => {
    const outside = await connectOutside(lab);
    const onOutside = (...args: string[]) => runIn(outside.path, 'ip', ...args);
    await onOutside('link', 'add', 'link', 'net0', 'name', 'net0.100', 'type', 'vlan', 'id', '100');
    await onOutside('address', 'add', '10.98.0.1/24', 'dev', 'net0.100');
    await onOutside('link', 'set', 'net0.100', 'up');

    const [list, pod] = [network(100), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    const link = await showLink('eth0', pod.path);
    expect(link).toMatchObject({ mtu: 1400, linkinfo: { info_kind: 'vlan', info_data: { id: 100 } } });
    expect(await showAddresses('eth0', pod.path)).toEqual(['10.98.0.100/24']);
    await ping(pod.path, '10.98.0.1');
    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await pod.addedLinks()).toEqual([]);
  });

  it('keeps a pod on another VLAN away from them', async () => {
    const outside = await connectOutside(lab);
    await runIn(outside.path, 'ip', 'address', 'add', '10.98.0.1/24', 'dev', 'net0');
    const [list, pod] = [network(200), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    await expectSilence(pod.path, '10.98.0.1');
    await lab.cni.delNetworkList(list, pod.attachment());
  });
});
