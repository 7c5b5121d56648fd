import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { useLab } from '../harness/lab.js';
import { linkNames, showLink } from '../harness/links.js';
import { containerRules } from '../harness/packet-rules.js';
import { ping } from '../harness/ping.js';
import { hostLocal } from '../harness/plugins.js';
import { addresses, hostInterface } from '../harness/results.js';
import { defaultGateways, showRoutes } from '../harness/routes.js';

describe('the ptp plugin', () => {
  const lab = useLab();

  function network(...subnets: string[]) {
    return lab.list('pairs', [{ type: 'ptp', ipMasq: true, ipam: hostLocal(lab.dataDir, ...subnets) }]);
  }

  it('connects a pod to the host by a pair of interfaces, with a host route to the pod', async () => {
    const [list, pod] = [network('10.93.0.0/24'), await lab.pod()];
    const result = await lab.cni.addNetworkList(list, pod.attachment());
    const { name } = hostInterface(result);
    expect((await showLink(name)).linkinfo?.info_kind).toBe('veth');
    expect(await showAddresses('eth0', pod.path)).toEqual(['10.93.0.2/24']);
    expect(await defaultGateways(pod.path)).toEqual(['10.93.0.1']);
    expect(await showRoutes()).toContainEqual(expect.objectContaining({ dst: '10.93.0.2', dev: name }));
    expect((await containerRules()).some((rule) => rule.includes('10.93.0.2/32'))).toBe(true);
    await Promise.all([ping(undefined, '10.93.0.2'), ping(pod.path, '10.93.0.1')]);

    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await linkNames()).not.toContain(name);
    expect(await containerRules()).toEqual([]);
  });

  it('routes between two dual-stack pods through the host', async () => {
    const [list, one, two] = [network('10.93.0.0/24', 'fd93::/64'), await lab.pod(), await lab.pod()];
    await lab.cni.addNetworkList(list, one.attachment());
    const [ipv4 = '', ipv6 = ''] = addresses(await lab.cni.addNetworkList(list, two.attachment()));
    await Promise.all([ping(one.path, ipv4), ping(one.path, ipv6)]);
    await lab.cni.checkNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, two.attachment());
  });
});
