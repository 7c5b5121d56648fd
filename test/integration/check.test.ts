import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { libcniFailure, pluginFailure } from './harness/failure.js';
import { leases } from './harness/files.js';
import { useLab } from './harness/lab.js';
import { containerRules } from './harness/packet-rules.js';
import { bridge, firewall, hostLocal } from './harness/plugins.js';
import { run } from './harness/run.js';

describe('CHECK', () => {
  const lab = useLab();

  function network(more: object = {}) {
    const ipam = hostLocal(lab.dataDir, '10.102.0.0/24');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam });
    return lab.list('checked', [first, firewall], more);
  }

  async function attached(list: ReturnType<typeof network>) {
    const pod = await lab.pod();
    const attachment = pod.attachment();
    await lab.cni.addNetworkList(list, attachment);
    await lab.cni.checkNetworkList(list, attachment);
    return { pod, attachment };
  }

  it('reports an interface that somebody deleted, with plugin, network and container', async () => {
    const list = network();
    const { pod, attachment } = await attached(list);
    await pod.run('ip', 'link', 'delete', 'eth0');
    const error = await pluginFailure(lab.cni.checkNetworkList(list, attachment));
    expect(error).toMatchObject({ verb: 'CHECK', plugin: 'bridge', network: 'checked', ifName: 'eth0' });
    expect(error.containerId).toBe(pod.id);
    expect(error.message).toContain(pod.id);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('reports an address that somebody removed', async () => {
    const list = network();
    const { pod, attachment } = await attached(list);
    await pod.run('ip', 'address', 'flush', 'dev', 'eth0');
    expect(await pluginFailure(lab.cni.checkNetworkList(list, attachment))).toMatchObject({
      plugin: 'bridge',
    });
    await lab.cni.delNetworkList(list, attachment);
  });

  it('reports a lease that somebody removed', async () => {
    const list = network();
    const { attachment } = await attached(list);
    for (const lease of await leases(lab.dataDir)) await rm(lease);
    expect(await pluginFailure(lab.cni.checkNetworkList(list, attachment))).toMatchObject({ verb: 'CHECK' });
    await lab.cni.delNetworkList(list, attachment);
  });

  it('reports rules that somebody flushed, in the name of the plugin that made them', async () => {
    const list = network();
    const { attachment } = await attached(list);
    await run('iptables', '-F', 'CNI-FORWARD');
    expect(await pluginFailure(lab.cni.checkNetworkList(list, attachment))).toMatchObject({
      plugin: 'firewall',
    });
    await lab.cni.delNetworkList(list, attachment);
    expect(await containerRules()).toEqual([]);
  });

  it('does nothing where the list says disableCheck', async () => {
    const list = network({ disableCheck: true });
    const { pod, attachment } = await attached(list);
    await pod.run('ip', 'link', 'delete', 'eth0');
    await lab.cni.checkNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('is refused for a list older than CNI 0.4.0', async () => {
    const ipam = hostLocal(lab.dataDir, '10.102.0.0/24');
    const plugins = [bridge({ bridge: lab.ownBridge('testbr0'), ipam })];
    const [list, pod] = [lab.list('old', plugins, { cniVersion: '0.3.1' }), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    const error = await libcniFailure(lab.cni.checkNetworkList(list, pod.attachment()));
    expect(error.code).toBe('ERR_CHECK_UNSUPPORTED');
    await lab.cni.delNetworkList(list, pod.attachment());
  });
});
