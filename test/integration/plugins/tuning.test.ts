import { describe, expect, it } from 'vitest';
import { pluginFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { bridge, hostLocal } from '../harness/plugins.js';
import { podInterface } from '../harness/results.js';
import { run } from '../harness/run.js';

const somaxconn = ['cat', '/proc/sys/net/core/somaxconn'] as const;

describe('the tuning plugin', () => {
  const lab = useLab();

  function network(tuning: object) {
    const ipam = hostLocal(lab.dataDir, '10.97.0.0/24');
    const plugins = [bridge({ bridge: lab.ownBridge('testbr0'), ipam }), { type: 'tuning', ...tuning }];
    return lab.list('tuned', plugins);
  }

  it('sets a kernel parameter in the pod and nowhere else', async () => {
    const [list, pod] = [network({ sysctl: { 'net.core.somaxconn': '517' } }), await lab.pod()];
    const onHost = await run(...somaxconn);
    await lab.cni.addNetworkList(list, pod.attachment());
    expect(await pod.run(...somaxconn)).toBe('517\n');
    expect(await run(...somaxconn)).toBe(onHost);
    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
  });

  it('gives the interface the configured hardware address, mtu and mode, and reports them', async () => {
    const list = network({ mac: 'c2:b0:57:49:47:f1', mtu: 1454, promisc: true });
    const pod = await lab.pod();
    const result = await lab.cni.addNetworkList(list, pod.attachment());
    const link = await showLink('eth0', pod.path);
    expect(link).toMatchObject({ address: 'c2:b0:57:49:47:f1', mtu: 1454 });
    expect(link.flags).toContain('PROMISC');
    expect(podInterface(result).mac).toBe('c2:b0:57:49:47:f1');
    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
  });

  it('takes the hardware address from the capability argument `mac`', async () => {
    const [list, pod] = [network({ capabilities: { mac: true } }), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs: { mac: 'c2:b0:57:49:47:f2' } });
    await lab.cni.addNetworkList(list, attachment);
    expect((await showLink('eth0', pod.path)).address).toBe('c2:b0:57:49:47:f2');
    await lab.cni.checkNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('notices in CHECK that somebody changed the parameter', async () => {
    const [list, pod] = [network({ sysctl: { 'net.core.somaxconn': '517' } }), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    await pod.run('sh', '-c', 'echo 600 > /proc/sys/net/core/somaxconn');
    const error = await pluginFailure(lab.cni.checkNetworkList(list, pod.attachment()));
    expect(error).toMatchObject({ plugin: 'tuning', verb: 'CHECK' });
    await lab.cni.delNetworkList(list, pod.attachment());
  });
});
