import { describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { useLab } from './harness/lab.js';
import { bridge, hostLocal, portmap } from './harness/plugins.js';

const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }];

describe('capability arguments', () => {
  const lab = useLab();

  function network() {
    const ipam = hostLocal(lab.dataDir, '10.105.0.0/24');
    return lab.list('capable', [bridge({ bridge: lab.ownBridge('testbr0'), ipam }), portmap]);
  }

  it('are reported where no plugin of the list declares them, and ADD goes on', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const warnings: LibcniWarning[] = [];
    lab.cni.on('warning', (warning) => warnings.push(warning));
    const attachment = pod.attachment({ capabilityArgs: { portMappings, aliases: ['web'] } });
    await lab.cni.addNetworkList(list, attachment);
    expect(warnings).toMatchObject([
      { code: 'UNUSED_CAPABILITY_ARGS', capabilities: ['aliases'], network: 'capable', containerId: pod.id },
    ]);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('cause no report where every one of them is declared', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const warnings: LibcniWarning[] = [];
    lab.cni.on('warning', (warning) => warnings.push(warning));
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    await lab.cni.addNetworkList(list, attachment);
    await lab.cni.delNetworkList(list, attachment);
    expect(warnings).toEqual([]);
  });

  it('that a list takes are what validation lists', async () => {
    expect(await lab.cni.validateNetworkList(network())).toEqual(['portMappings']);
  });
});
