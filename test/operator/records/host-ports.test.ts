import { describe, expect, it } from 'vitest';
import { type HostPort, hostPortsOf, refuseTakenPorts } from '../../../src/operator/records/host-ports.js';

const owner = (containerId: string, ...ports: HostPort[]) => ({
  network: 'n',
  containerId,
  ifName: 'eth0',
  ports,
});
const tcp = (hostPort: number, hostIP = ''): HostPort => ({ hostPort, hostIP, protocol: 'tcp' });

const OF_OLD = 'belongs to container old on network n (eth0): choose another port, or detach it';

describe('host ports', () => {
  it('are read from capability arguments, tcp where no protocol is named', () => {
    const portMappings = [
      { hostPort: 80, containerPort: 8080 },
      { hostPort: 53, containerPort: 53, protocol: 'UDP', hostIP: '10.0.0.1' },
      { hostPort: 0, containerPort: 1 },
      { containerPort: 1 },
      null,
    ];
    expect(hostPortsOf({ portMappings })).toEqual([
      { ...tcp(80), containerPort: 8080 },
      { hostPort: 53, hostIP: '10.0.0.1', protocol: 'udp', containerPort: 53 },
    ]);
    expect(hostPortsOf({ portMappings: 'x' })).toEqual([]);
    expect(hostPortsOf(undefined)).toEqual([]);
  });

  it('are read in every spelling that a plugin reads', () => {
    const portMappings = [
      { HostPort: 80, ContainerPort: 8080, Protocol: 'TCP', HostIP: '' },
      { hostport: 81, HOSTIP: '0:0:0:0:0:0:0:1' },
      { hostPort: 82, hostIP: '0:0:0:0:0:0:0:0' },
      { hostPort: 83, hostIP: '::ffff:10.0.0.1' },
      { hostPort: 84, hostIP: 'no address' },
      { HostPort: null, hostPort: 85 },
    ];
    expect(hostPortsOf({ portMappings })).toEqual([
      { ...tcp(80), containerPort: 8080 },
      tcp(81, '::1'),
      tcp(82, '::'),
      tcp(83, '10.0.0.1'),
      tcp(84, 'no address'),
      tcp(85),
    ]);
  });

  it.each([
    [tcp(80), tcp(80)],
    [tcp(80), tcp(80, '10.0.0.1')],
    [tcp(80, '0.0.0.0'), tcp(80, '10.0.0.1')],
    [tcp(80, '::'), tcp(80, 'fd00::1')],
    [tcp(80, '10.0.0.1'), tcp(80, '10.0.0.1')],
    [tcp(80, '::'), tcp(80)],
  ])('conflict: %j and %j', async (a, b) => {
    for (const [wanted, taken] of [
      [a, b],
      [b, a],
    ] as const) {
      await expect(refuseTakenPorts(owner('new', wanted), [owner('old', taken)])).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_CONFLICT', message: expect.stringContaining(OF_OLD) }),
      );
    }
  });

  it.each([
    [tcp(80), 'host port 80/tcp belongs'],
    [tcp(80, '10.0.0.1'), 'host port 10.0.0.1:80/tcp belongs'],
    [tcp(80, '::'), 'host port [::]:80/tcp belongs'],
  ])('are named as they are asked for: %j', async (port, said) => {
    await expect(refuseTakenPorts(owner('new', port), [owner('old', port)])).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining(said) }),
    );
  });

  it.each([
    [tcp(80), tcp(81)],
    [tcp(80), { ...tcp(80), protocol: 'udp' }],
    [tcp(80, '10.0.0.1'), tcp(80, '10.0.0.2')],
    [tcp(80, '0.0.0.0'), tcp(80, 'fd00::1')],
    [tcp(80, '0.0.0.0'), tcp(80, '::')],
  ])('go together: %j and %j', async (a, b) => {
    await expect(refuseTakenPorts(owner('new', a), [owner('old', b)])).resolves.toBeUndefined();
    await expect(refuseTakenPorts(owner('new', b), [owner('old', a)])).resolves.toBeUndefined();
  });

  it('of the same container conflict where they lead to different ports of it, and not on several networks', async () => {
    const to = (containerPort: number, ifName: string) => ({
      ...owner('same', { ...tcp(80), containerPort }),
      ifName,
    });
    await expect(refuseTakenPorts(to(8080, 'eth0'), [to(8080, 'eth1')])).resolves.toBeUndefined();
    await expect(refuseTakenPorts(to(8080, 'eth0'), [to(8081, 'eth1')])).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        message: expect.stringContaining('container same on network n (eth1)'),
      }),
    );
  });

  it('do not conflict with what the attachment itself had before', async () => {
    await expect(refuseTakenPorts(owner('same', tcp(80)), [owner('same', tcp(80))])).resolves.toBeUndefined();
  });
});

it('wanted twice by one attachment are fine where they lead to the same port', async () => {
  const port = { ...tcp(80), containerPort: 8080 };
  await expect(refuseTakenPorts(owner('new', port, port), [])).resolves.toBeUndefined();
});

it('wanted twice by one attachment are refused', async () => {
  await expect(refuseTakenPorts(owner('new', tcp(80), tcp(80, '10.0.0.1')), [])).rejects.toThrow(
    expect.objectContaining({ code: 'ERR_CONFLICT' }),
  );
});

it('of one number on thousands of addresses are compared quickly', async () => {
  const ports = Array.from({ length: 8000 }, (_, number) => tcp(443, `10.0.${number >> 8}.${number & 255}`));
  const start = performance.now();
  await refuseTakenPorts(owner('new', ...ports), [owner('old', tcp(443, '10.1.0.1'))]);
  expect(performance.now() - start).toBeLessThan(2000);
});
