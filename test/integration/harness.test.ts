import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNetns } from '../../src/index.js';
import { until } from './harness/eventually.js';
import { failure } from './harness/failure.js';
import { useLab } from './harness/lab.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from './harness/plugins.js';
import { hostInterface } from './harness/results.js';

const capabilityArgs = {
  portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  bandwidth: { ingressRate: 80_000_000, ingressBurst: 8_000_000 },
};

/** Without these, an assertion that nothing is left would prove nothing. */
describe('the search for leftovers', () => {
  const lab = useLab();

  it('finds everything that a forgotten DEL leaves', async () => {
    const ipam = hostLocal(lab.dataDir, '10.108.0.0/24', 'fd10:8::/64');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true });
    const list = lab.list('forgotten', [first, portmap, firewall, bandwidth]);
    const pod = await lab.pod();
    const result = await lab.cni.addNetworkList(list, pod.attachment({ capabilityArgs }));

    const found = (await lab.leftovers()).join('\n');
    expect(found).toContain(`interface ${hostInterface(result).name}`);
    expect(found).toContain(`interface eth0 in ${pod.id}`);
    expect(found).toContain(`qdisc tbf of ${hostInterface(result).name}`);
    expect(found).toMatch(/^rule ip nat .*MASQUERADE$/m);
    expect(found).toMatch(/^rule ip6 nat .*MASQUERADE$/m);
    expect(found).toMatch(/^rule ip nat .*--to-destination 10\.108\.0\.2:80$/m);
    expect(found).toMatch(/^rule ip6 filter .*-s fd10:8::2\/128 .*ACCEPT$/m);
    expect(found).toContain(join(lab.dataDir, 'forgotten', '10.108.0.2'));
    expect(found).toContain(join(lab.cacheDir, 'results', `forgotten-${pod.id}-eth0`));
    await lab.cni.delNetworkList(list, pod.attachment({ capabilityArgs }));
  });

  it('finds a plugin that still runs, and a namespace of which nobody knows', async () => {
    const [pod, stranger] = [await lab.pod(), await createNetns({ dir: '/run/netns' })];
    lab.defer(() => stranger.remove());
    const pidFile = join(lab.folder, 'pid');
    const list = lab.list('running', [{ type: 'hanging', pidFile }]);
    const caller = new AbortController();
    const adding = failure(lab.cni.addNetworkList(list, pod.attachment(), { signal: caller.signal }));
    await until(() => existsSync(pidFile));

    const found = (await lab.leftovers()).join('\n');
    expect(found).toMatch(/^process \d+ .*\/hanging$/m);
    expect(found).toContain(`mount ${stranger.path}`);
    expect(found).toContain(`file ${stranger.path}`);
    caller.abort();
    await adding;
  });
});
