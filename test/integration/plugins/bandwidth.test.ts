import { describe, expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { bandwidth, bridge, hostLocal } from '../harness/plugins.js';
import { showQdiscs } from '../harness/qdiscs.js';
import { hostInterface, onlyAddress } from '../harness/results.js';
import { measureRate, startSink } from '../harness/server.js';

const megabit = 1_000_000;
const limit = {
  ingressRate: 16 * megabit,
  ingressBurst: 2 * megabit,
  egressRate: 8 * megabit,
  egressBurst: megabit,
};
const oneMegabyte = 1_000_000;

describe('the bandwidth plugin', () => {
  const lab = useLab();

  function network() {
    const ipam = hostLocal(lab.dataDir, '10.96.0.0/24');
    return lab.list('limited', [bridge({ bridge: lab.ownBridge('testbr0'), ipam }), bandwidth]);
  }

  it('puts a token bucket on each direction, and takes both away', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs: { bandwidth: limit } });
    const result = await lab.cni.addNetworkList(list, attachment);
    const buckets = (await showQdiscs()).filter(({ kind }) => kind === 'tbf');
    expect(buckets).toHaveLength(2);
    const towardsPod = buckets.find(({ dev }) => dev === hostInterface(result).name);
    const fromPod = buckets.find(({ dev }) => dev !== hostInterface(result).name);
    expect(towardsPod?.options?.rate).toBe(limit.ingressRate / 8);
    expect(fromPod?.options?.rate).toBe(limit.egressRate / 8);
    await lab.cni.checkNetworkList(list, attachment);

    await lab.cni.delNetworkList(list, attachment);
    expect(await showQdiscs()).toEqual([]);
  });

  it('lets through what it was told to and no more, towards the pod and from it', async () => {
    const [list, limited, free] = [network(), await lab.pod(), await lab.pod()];
    const attachment = limited.attachment({ capabilityArgs: { bandwidth: limit } });
    const address = onlyAddress(await lab.cni.addNetworkList(list, attachment));
    const other = onlyAddress(await lab.cni.addNetworkList(list, free.attachment()));
    await Promise.all([startSink(lab, limited, 5001), startSink(lab, free, 5001)]);

    const bytes = 4 * oneMegabyte;
    const ingress = await measureRate(free.path, { address, port: 5001, bytes });
    const egress = await measureRate(limited.path, { address: other, port: 5001, bytes: bytes / 2 });
    for (const share of [ingress / limit.ingressRate, egress / limit.egressRate]) {
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(1.25);
    }

    await lab.cni.delNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, free.attachment());
  });

  it('leaves a pod without the capability argument as fast as it was', async () => {
    const [list, one, two] = [network(), await lab.pod(), await lab.pod()];
    await lab.cni.addNetworkList(list, one.attachment());
    const address = onlyAddress(await lab.cni.addNetworkList(list, two.attachment()));
    expect(await showQdiscs()).toEqual([]);
    await startSink(lab, two, 5001);
    const rate = await measureRate(one.path, { address, port: 5001, bytes: 20 * oneMegabyte });
    expect(rate).toBeGreaterThan(3 * limit.ingressRate);
    await lab.cni.delNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, two.attachment());
  });
});
