import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { filesUnder, leases } from './harness/files.js';
import { useLab } from './harness/lab.js';
import { containerRules } from './harness/packet-rules.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from './harness/plugins.js';

const capabilityArgs = {
  portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  bandwidth: { ingressRate: 80_000_000, ingressBurst: 8_000_000 },
};

describe('DEL', () => {
  const lab = useLab();

  function network() {
    const ipam = hostLocal(lab.dataDir, '10.101.0.0/24');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam });
    return lab.list('taken-down', [first, portmap, firewall, bandwidth]);
  }

  it('leaves nothing when the namespace has gone first', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs });
    await lab.cni.addNetworkList(list, attachment);
    await pod.netns.remove();
    await lab.cni.delNetworkList(list, attachment);
    expect(await containerRules()).toEqual([]);
    expect(await leases(lab.dataDir)).toEqual([]);
  });

  it('succeeds a second time, with nothing left to do', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs });
    await lab.cni.addNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('succeeds for a pod that was never added', async () => {
    const [list, pod] = [network(), await lab.pod()];
    await lab.cni.delNetworkList(list, pod.attachment());
  });

  it('works from the list alone where the cache entry cannot be read, and puts the entry aside', async () => {
    const ipam = hostLocal(lab.dataDir, '10.101.0.0/24');
    const list = lab.list('cut', [bridge({ bridge: lab.ownBridge('testbr0'), ipam }), portmap, bandwidth]);
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs });
    await lab.cni.addNetworkList(list, attachment);
    const [entry = ''] = await filesUnder(lab.cacheDir);
    await writeFile(entry, '{"kind":"cniCa');
    const warnings: LibcniWarning[] = [];
    lab.cni.on('warning', (warning) => warnings.push(warning));

    await lab.cni.delNetworkList(list, attachment);
    expect(await leases(lab.dataDir)).toEqual([]);
    expect(await pod.addedLinks()).toEqual([]);
    const [aside = '', ...more] = await filesUnder(lab.cacheDir);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_SET_ASIDE', file: aside }]);
    expect([await readFile(aside, 'utf8'), more]).toEqual(['{"kind":"cniCa', []]);
    await rm(aside);
  });
});
