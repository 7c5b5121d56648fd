import { describe, expect, it } from 'vitest';
import { useLab } from './harness/lab.js';
import { containerRules } from './harness/packet-rules.js';
import { bridge, firewall, hostLocal, portmap } from './harness/plugins.js';

const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };

describe('GC', () => {
  const lab = useLab();

  it('takes down the attachments that nobody calls valid, and leaves the others alone', async () => {
    const ipam = hostLocal(lab.dataDir, '10.107.0.0/24');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam });
    const list = lab.list('collected', [first, portmap, firewall]);
    const [stale, valid] = [await lab.pod(), await lab.pod()];
    await lab.cni.addNetworkList(list, stale.attachment({ capabilityArgs }));
    await lab.cni.addNetworkList(list, valid.attachment());
    await stale.netns.remove();

    await lab.cni.gcNetworkList(list, { validAttachments: [{ containerId: valid.id, ifName: 'eth0' }] });
    expect((await containerRules()).filter((rule) => rule.includes(stale.id))).toEqual([]);
    expect(await lab.cni.getCachedAttachments()).toMatchObject([{ containerId: valid.id }]);
    await lab.cni.checkNetworkList(list, valid.attachment());
    await lab.cni.delNetworkList(list, valid.attachment());
  });
});
