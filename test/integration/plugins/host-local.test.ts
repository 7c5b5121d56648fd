import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pluginFailure } from '../harness/failure.js';
import { leases } from '../harness/files.js';
import { useLab } from '../harness/lab.js';
import { bridge } from '../harness/plugins.js';
import { addresses, onlyAddress } from '../harness/results.js';

describe('the host-local plugin', () => {
  const lab = useLab();

  function network(ranges: readonly object[][], more: object = {}) {
    const ipam = { type: 'host-local', dataDir: lab.dataDir, ranges };
    return lab.list('leased', [{ ...bridge({ bridge: lab.ownBridge('testbr0'), ipam }), ...more }]);
  }

  it('keeps a lease that names container and interface until DEL', async () => {
    const [list, pod] = [network([[{ subnet: '10.92.0.0/24' }]]), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    const [lease = '', ...more] = await leases(lab.dataDir);
    expect([basename(lease), more]).toEqual(['10.92.0.2', []]);
    expect((await readFile(lease, 'utf8')).split(/\s+/)).toEqual([pod.id, 'eth0']);

    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await leases(lab.dataDir)).toEqual([]);
  });

  it('keeps to the range that the configuration allows, and reports when it is used up', async () => {
    const range = { subnet: '10.92.0.0/24', rangeStart: '10.92.0.10', rangeEnd: '10.92.0.11' };
    const list = network([[range]]);
    const [one, two, three] = [await lab.pod(), await lab.pod(), await lab.pod()];
    const given = [
      onlyAddress(await lab.cni.addNetworkList(list, one.attachment())),
      onlyAddress(await lab.cni.addNetworkList(list, two.attachment())),
    ];
    expect(given.sort()).toEqual(['10.92.0.10', '10.92.0.11']);
    const error = await pluginFailure(lab.cni.addNetworkList(list, three.attachment()));
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'bridge', containerId: three.id, rollbackErrors: [] });
    expect(await three.addedLinks()).toEqual([]);

    await lab.cni.delNetworkList(list, one.attachment());
    const again = onlyAddress(await lab.cni.addNetworkList(list, three.attachment()));
    expect(given).toContain(again);
    await lab.cni.delNetworkList(list, two.attachment());
    await lab.cni.delNetworkList(list, three.attachment());
  });

  it('gives the address that the capability argument `ips` asks for', async () => {
    const list = network([[{ subnet: '10.92.0.0/24' }]], { capabilities: { ips: true } });
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs: { ips: ['10.92.0.77'] } });
    expect(addresses(await lab.cni.addNetworkList(list, attachment))).toEqual(['10.92.0.77']);
    await lab.cni.checkNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('gives the address that the argument `IP` asks for', async () => {
    const [list, pod] = [network([[{ subnet: '10.92.0.0/24' }]]), await lab.pod()];
    const attachment = pod.attachment({
      args: [
        ['IgnoreUnknown', '1'],
        ['IP', '10.92.0.88'],
      ],
    });
    expect(addresses(await lab.cni.addNetworkList(list, attachment))).toEqual(['10.92.0.88']);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('gives twenty pods that come at the same time an address each', async () => {
    const list = network([[{ subnet: '10.92.0.0/24' }]]);
    const pods = await Promise.all(Array.from({ length: 20 }, () => lab.pod()));
    const results = await Promise.all(pods.map((pod) => lab.cni.addNetworkList(list, pod.attachment())));
    expect(new Set(results.map(onlyAddress)).size).toBe(20);
    expect(await leases(lab.dataDir)).toHaveLength(20);
    await Promise.all(pods.map((pod) => lab.cni.delNetworkList(list, pod.attachment())));
    expect(await leases(lab.dataDir)).toEqual([]);
  });
});
