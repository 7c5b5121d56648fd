import { describe, expect, it } from 'vitest';
import { showAddresses } from '../harness/addresses.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { expectSilence, ping } from '../harness/ping.js';

describe('the loopback plugin', () => {
  const lab = useLab();

  it('brings the loopback interface up, and down again', async () => {
    const [list, pod] = [lab.list('local', [{ type: 'loopback' }]), await lab.pod()];
    const attachment = pod.attachment({ ifName: 'lo' });
    await expectSilence(pod.path, '127.0.0.1');

    await lab.cni.addNetworkList(list, attachment);
    expect((await showLink('lo', pod.path)).flags).toContain('UP');
    expect(await showAddresses('lo', pod.path)).toContain('127.0.0.1/8');
    await ping(pod.path, '127.0.0.1');
    await lab.cni.checkNetworkList(list, attachment);

    await lab.cni.delNetworkList(list, attachment);
    expect((await showLink('lo', pod.path)).flags).not.toContain('UP');
  });
});
