import { describe, expect, it } from 'vitest';
import type { PortMappingArg } from '../../../src/index.js';
import { checkMapped, checkMappedIpv4 } from '../harness/check-mapped.js';
import { pluginFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { connectOutside } from '../harness/outside.js';
import { containerRules, emptyPortChain } from '../harness/packet-rules.js';
import { ping } from '../harness/ping.js';
import { bridge, hostLocal, portmap } from '../harness/plugins.js';
import type { Pod } from '../harness/pod.js';
import { readGreeting, startGreeter } from '../harness/server.js';

describe('the portmap plugin', () => {
  const lab = useLab();

  function network(...subnets: string[]) {
    const ipam = hostLocal(lab.dataDir, ...subnets);
    return lab.list('mapped', [bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true }), portmap]);
  }

  function mapped(pod: Pod, ...portMappings: PortMappingArg[]) {
    return pod.attachment({ capabilityArgs: { portMappings } });
  }

  it('leads a TCP connection to a host port into the pod, from outside and from the host', async () => {
    const [list, pod, outside] = [network('10.94.0.0/24'), await lab.pod(), await connectOutside(lab)];
    const attachment = mapped(pod, { hostPort: 8080, containerPort: 80, protocol: 'tcp' });
    await lab.cni.addNetworkList(list, attachment);
    await startGreeter(lab, pod, { port: 80, text: 'hello from the pod' });

    expect(await readGreeting(outside.path, outside.host.first, 8080)).toBe('hello from the pod');
    expect(await readGreeting(outside.path, outside.host.second, 8080)).toBe('hello from the pod');
    expect(await readGreeting(undefined, '10.94.0.1', 8080)).toBe('hello from the pod');
    await expect(readGreeting(outside.path, outside.host.first, 8081)).rejects.toThrow();
    await checkMapped(lab, list, attachment);

    await lab.cni.delNetworkList(list, attachment);
    await expect(readGreeting(outside.path, outside.host.first, 8080)).rejects.toThrow();
    expect(await containerRules()).toEqual([]);
  });

  it('keeps to the host address that a mapping names', async () => {
    const [list, pod, outside] = [network('10.94.0.0/24'), await lab.pod(), await connectOutside(lab)];
    const hostIP = outside.host.second;
    const attachment = mapped(pod, { hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP });
    await lab.cni.addNetworkList(list, attachment);
    await startGreeter(lab, pod, { port: 80, text: 'only here' });

    expect(await readGreeting(outside.path, hostIP, 8080)).toBe('only here');
    await expect(readGreeting(outside.path, outside.host.first, 8080)).rejects.toThrow();
    await lab.cni.delNetworkList(list, attachment);
    await expect(readGreeting(outside.path, hostIP, 8080)).rejects.toThrow();
  });

  it('maps a port of either family into a dual-stack pod', async () => {
    const list = network('10.94.0.0/24', 'fd94::/64');
    const [pod, outside] = [await lab.pod(), await connectOutside(lab)];
    const attachment = mapped(pod, { hostPort: 8080, containerPort: 80, protocol: 'tcp' });
    await lab.cni.addNetworkList(list, attachment);
    await startGreeter(lab, pod, { port: 80, text: 'both' });
    await ping(pod.path, 'fd94::1');

    expect(await readGreeting(outside.path, outside.host.first, 8080)).toBe('both');
    expect(await readGreeting(outside.path, outside.host.ipv6, 8080)).toBe('both');
    await lab.cni.delNetworkList(list, attachment);
  });

  it('gives two pods ports of their own and takes away one without the other', async () => {
    const [list, one, two] = [network('10.94.0.0/24'), await lab.pod(), await lab.pod()];
    const outside = await connectOutside(lab);
    const first = mapped(one, { hostPort: 8081, containerPort: 80, protocol: 'tcp' });
    const second = mapped(two, { hostPort: 8082, containerPort: 80, protocol: 'tcp' });
    await lab.cni.addNetworkList(list, first);
    await lab.cni.addNetworkList(list, second);
    await startGreeter(lab, one, { port: 80, text: 'one' });
    await startGreeter(lab, two, { port: 80, text: 'two' });
    expect(await readGreeting(outside.path, outside.host.first, 8081)).toBe('one');
    expect(await readGreeting(outside.path, outside.host.first, 8082)).toBe('two');

    await lab.cni.delNetworkList(list, first);
    await expect(readGreeting(outside.path, outside.host.first, 8081)).rejects.toThrow();
    expect(await readGreeting(outside.path, outside.host.first, 8082)).toBe('two');
    await lab.cni.delNetworkList(list, second);
  });

  it('makes rules for UDP and for TCP side by side', async () => {
    const [list, pod] = [network('10.94.0.0/24'), await lab.pod()];
    const udp = { hostPort: 5353, containerPort: 53, protocol: 'udp' };
    const attachment = mapped(pod, udp, { ...udp, protocol: 'tcp' });
    await lab.cni.addNetworkList(list, attachment);
    const targets = (await containerRules()).filter((rule) => rule.endsWith('--to-destination 10.94.0.2:53'));
    expect(targets.map((rule) => / -p (\w+) /.exec(rule)?.[1]).sort()).toEqual(['tcp', 'udp']);
    await checkMapped(lab, list, attachment);
    await checkMappedIpv4(lab, list, attachment);
    await lab.cni.delNetworkList(list, attachment);
  });

  it('finds on CHECK that the rules for a port are gone', async () => {
    const [list, pod] = [network('10.94.0.0/24'), await lab.pod()];
    const attachment = mapped(pod, { hostPort: 8080, containerPort: 80, protocol: 'tcp' });
    await lab.cni.addNetworkList(list, attachment);
    await emptyPortChain();
    const error = await pluginFailure(lab.cni.checkNetworkList(list, attachment));
    expect(error).toMatchObject({ plugin: 'portmap', verb: 'CHECK', containerId: pod.id });
    expect(error.msg).toMatch(/^could not check ipv4 dnat: rule /);
    await expect(checkMapped(lab, list, attachment)).rejects.toThrow();
    await lab.cni.delNetworkList(list, attachment);
  });
});
