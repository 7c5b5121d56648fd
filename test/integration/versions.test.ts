import { describe, expect, it } from 'vitest';
import { showAddresses } from './harness/addresses.js';
import { pluginFailure } from './harness/failure.js';
import { useLab } from './harness/lab.js';
import { bridge, firewall, hostLocal, portmap } from './harness/plugins.js';

describe('the versions that the installed plugins speak', () => {
  const lab = useLab();

  function network(cniVersion: string) {
    const ipam = hostLocal(lab.dataDir, '10.106.0.0/24');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam });
    return lab.list('versioned', [first, portmap], { cniVersion });
  }

  it('each give a result of that version, and a DEL that leaves nothing', async () => {
    const { supportedVersions } = await lab.cni.getVersionInfo('bridge');
    expect(supportedVersions).toEqual(expect.arrayContaining(['0.3.1', '0.4.0', '1.0.0']));
    for (const cniVersion of supportedVersions.filter((version) => version >= '0.3.0')) {
      const [list, pod] = [network(cniVersion), await lab.pod()];
      expect(await lab.cni.addNetworkList(list, pod.attachment())).toMatchObject({ cniVersion });
      expect(await showAddresses('eth0', pod.path)).toHaveLength(1);
      await lab.cni.delNetworkList(list, pod.attachment());
      expect(await pod.addedLinks()).toEqual([]);
    }
  });

  it('decide whether STATUS reaches the plugins', async () => {
    const { supportedVersions } = await lab.cni.getVersionInfo('firewall');
    const spoken = supportedVersions.includes('1.1.0');
    const list = lab.list('asked', [firewall], { cniVersion: '1.1.0' });
    if (spoken) await lab.cni.getStatusNetworkList(list);
    else
      expect(await pluginFailure(lab.cni.getStatusNetworkList(list))).toMatchObject({ plugin: 'firewall' });
  });
});
