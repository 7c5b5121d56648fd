import { describe, expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { connectOutside } from '../harness/outside.js';
import { containerRules } from '../harness/packet-rules.js';
import { expectSilence, ping } from '../harness/ping.js';
import { bridge, firewall, hostLocal } from '../harness/plugins.js';
import { run } from '../harness/run.js';

describe('the firewall plugin', () => {
  const lab = useLab();

  function network(...subnets: string[]) {
    const ipam = hostLocal(lab.dataDir, ...subnets);
    return lab.list('guarded', [bridge({ bridge: lab.ownBridge('testbr0'), ipam }), firewall]);
  }

  it('accepts what a pod sends and the answers to it, of each family, until DEL', async () => {
    const [list, pod] = [network('10.95.0.0/24', 'fd95::/64'), await lab.pod()];
    await lab.cni.addNetworkList(list, pod.attachment());
    const rules = await containerRules();
    expect(rules).toContainEqual(expect.stringMatching(/^ip filter .* -s 10\.95\.0\.2\/32 .*-j ACCEPT$/));
    expect(rules).toContainEqual(
      expect.stringMatching(/^ip filter .* -d 10\.95\.0\.2\/32 .*ESTABLISHED -j ACCEPT$/),
    );
    expect(rules).toContainEqual(expect.stringMatching(/^ip6 filter .* -s fd95::2\/128 .*-j ACCEPT$/));
    await lab.cni.checkNetworkList(list, pod.attachment());

    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await containerRules()).toEqual([]);
  });

  it('opens a host that forwards nothing by default for its pods alone', async () => {
    const [list, pod, outside] = [network('10.95.0.0/24'), await lab.pod(), await connectOutside(lab)];
    await run('iptables', '-P', 'FORWARD', 'DROP');
    lab.defer(() => run('iptables', '-P', 'FORWARD', 'ACCEPT'));
    await run(
      'nsenter',
      `--net=${outside.path}`,
      'ip',
      'route',
      'add',
      '10.95.0.0/24',
      'via',
      outside.host.first,
    );
    await lab.cni.addNetworkList(list, pod.attachment());
    await ping(pod.path, '192.0.2.2');
    await expectSilence(outside.path, '10.95.0.2');
    await lab.cni.delNetworkList(list, pod.attachment());
  });
});
