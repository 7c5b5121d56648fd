import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CapabilityArgs } from '../../../src/index.js';
import { request, useHost } from '../harness/use-host.js';

const host = useHost();

const mapping = { hostPort: 8080, containerPort: 80 };

describe('the capability arguments of a request', () => {
  it.each([
    ['portMappings', [{ ...mapping, hostPort: '9001' }], '$[0].hostPort', '9001'],
    ['portMappings', [{ hostPort: 9001, containerPort: '70000/xyz' }], '$[0].containerPort', '70000/xyz'],
    ['portMappings', 'x', '$', 'x'],
    ['bandwidth', { ingressBurst: 5 }, '$.ingressBurst', 5],
    ['ipRanges', [{ subnet: '10.0.0.0/24' }], '$[0]', { subnet: '10.0.0.0/24' }],
    ['aliases', ['a b'], '$[0]', 'a b'],
    ['dns', { servers: ['x'] }, '$.servers[0]', 'x'],
    ['ips', ['10.0.0.300'], '$[0]', '10.0.0.300'],
    ['mac', 'x', '$', 'x'],
    ['infinibandGUID', 'x', '$', 'x'],
    ['deviceID', '../x', '$', '../x'],
    ['cgroupPath', '/..', '$', '/..'],
  ])('are refused where those for %s are wrong: %j', async (capability, given, path, value) => {
    const capabilityArgs = { [capability]: given };
    const networks = [{ name: 'b' }, { name: 'a', capabilityArgs }];
    const wrong: [object, string][] = [
      [{ capabilityArgs }, '.capabilityArgs'],
      [{ networks }, '.networks[1].capabilityArgs'],
    ];
    for (const [more, place] of wrong) {
      const where = `${place}.${capability}${path.slice(1)}`;
      await expect(host.operator.attach({ ...request, ...more })).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
        jsonPath: `$${where}`,
        value,
        message: expect.stringContaining(`request${where} `),
      });
    }
    expect(await host.order()).toEqual([]);
  });

  it('reach plugins in the spelling of the specification, and those of other capabilities as they are', async () => {
    await host.networks.configure('a', {
      type: 'one',
      capabilities: { portMappings: true, mac: true, own: true },
    });
    await host.operator.reload();
    const portMappings: object[] = [
      { HostPort: 9000, ContainerPort: 80, HostIP: '0:0:0:0:0:0:0:1', extra: 1 },
    ];
    const own = { Key: null };
    await host.operator.attach({
      ...request,
      capabilityArgs: { portMappings, own, mac: null } as CapabilityArgs,
    });
    const [add] = await host.plugins.calls();
    expect(JSON.parse(add?.stdin ?? '').runtimeConfig).toEqual({
      portMappings: [{ hostPort: 9000, containerPort: 80, hostIP: '::1', protocol: 'tcp', extra: 1 }],
      own,
      mac: null,
    });
  });

  it('map a port once, however they are spelt', async () => {
    await host.operator.attach({
      ...request,
      capabilityArgs: { portMappings: [{ HostPort: 8080, containerPort: 80 } as object] } as CapabilityArgs,
    });
    const attaching = host.operator.attach({
      ...request,
      id: 'c2',
      capabilityArgs: { portMappings: [mapping] },
    });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
  });
});

it('a port that another program has recorded with the keys of Go is taken', async () => {
  const plugins = [{ type: 'portmap', capabilities: { portMappings: true } }];
  const config = JSON.stringify({ cniVersion: '1.0.0', name: 'k8s', plugins });
  const record = {
    kind: 'cniCacheV1',
    containerId: 'pod',
    ifName: 'eth0',
    networkName: 'k8s',
    config: Buffer.from(config).toString('base64'),
    capabilityArgs: { portMappings: [{ HostPort: 8080, ContainerPort: 80, Protocol: 'tcp', HostIP: '' }] },
    result: { cniVersion: '1.0.0' },
  };
  const folder = join(host.plugins.cacheDir, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'k8s-pod-eth0'), JSON.stringify(record));
  const attaching = host.operator.attach({ ...request, capabilityArgs: { portMappings: [mapping] } });
  await expect(attaching).rejects.toMatchObject({
    code: 'ERR_CONFLICT',
    message: expect.stringContaining('container pod on network k8s (eth0)'),
  });
});
