import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type AttachedNetwork,
  deactivated,
  networkSettings,
  networkSettingsSchema,
  readNetworkSettings,
  settingsAddresses,
  writeNetworkSettings,
} from '../../src/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

function attached(name: string, ifName: string, addresses: readonly string[]): AttachedNetwork {
  const bare = addresses.map((address) => address.split('/')[0] ?? '');
  return {
    name,
    namespace: 'default',
    isDefault: ifName === 'eth0',
    ifName,
    addresses,
    ipv4: bare.filter((address) => !address.includes(':')),
    ipv6: bare.filter((address) => address.includes(':')),
    gateways: ['10.1.0.1', 'fd00::1'],
    mac: '02:00:00:00:00:01',
    routes: [],
    dns: undefined,
    result: { cniVersion: '1.0.0' },
  };
}

const source = {
  id: 'c1',
  sandboxKey: '/var/run/netns/isulacni-0011223344556677',
  ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  networks: [
    attached('web', 'eth0', ['10.1.0.5/16', '10.1.0.6/16', 'fd00::5/64', 'fd00::6/64']),
    attached('web', 'eth1', ['10.1.0.7/16']),
  ],
};

test('settings keep every address of both families, not only the first', () => {
  const settings = networkSettings(source);
  expect(settings).toMatchObject({
    SandboxKey: source.sandboxKey,
    IPAddress: '10.1.0.5',
    IPPrefixLen: 16,
    Gateway: '10.1.0.1',
    GlobalIPv6Address: 'fd00::5',
    GlobalIPv6PrefixLen: 64,
    IPv6Gateway: 'fd00::1',
    SecondaryIPAddresses: [{ Addr: '10.1.0.6', PrefixLen: 16 }],
    SecondaryIPv6Addresses: [{ Addr: 'fd00::6', PrefixLen: 64 }],
    Activation: true,
    Ports: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
  });
  expect(settingsAddresses(settings)).toEqual({
    ipv4: ['10.1.0.5', '10.1.0.6', '10.1.0.7'],
    ipv6: ['fd00::5', 'fd00::6'],
  });
});

test('a network that is there twice has two entries', () => {
  const { Networks } = networkSettings(source);
  expect(Object.entries(Networks).map(([name, { IFName }]) => [name, IFName])).toEqual([
    ['web', 'eth0'],
    ['web@eth1', 'eth1'],
  ]);
});

test('settings without a network keep key and ports, and have no address', () => {
  const settings = deactivated(networkSettings(source));
  expect(settings).toMatchObject({ Activation: false, SandboxKey: source.sandboxKey, Networks: {} });
  expect(settings.CNIPorts).toEqual(source.ports);
  expect(settingsAddresses(settings)).toEqual({ ipv4: [], ipv6: [] });
});

test('settings are read back as they were written, from a file that others of the group may read', async () => {
  const file = join(folder, 'c1', 'network_settings.json');
  await writeNetworkSettings(file, networkSettings(source));
  expect(readNetworkSettings(file)).toEqual(networkSettings(source));
  expect((await stat(file)).mode & 0o777).toBe(0o640);
});

test('settings of iSulad with null and unknown keys are read, and what is unknown stays', async () => {
  const file = join(folder, 'network_settings.json');
  const text = { SandboxKey: '/run/netns/x', CNIPorts: null, Networks: null, HairpinMode: true };
  await writeFile(file, JSON.stringify(text));
  const settings = readNetworkSettings(file);
  expect(settings).toMatchObject({ SandboxKey: '/run/netns/x', CNIPorts: [], Networks: {}, IPAddress: '' });
  expect(JSON.parse(JSON.stringify(settings))).toMatchObject({ HairpinMode: true });
});

test('a file that is missing, or empty as iSulad leaves it, holds no settings', async () => {
  const file = join(folder, 'network_settings.json');
  expect(readNetworkSettings(file)).toBeUndefined();
  await writeFile(file, '\n');
  expect(readNetworkSettings(file)).toBeUndefined();
});

test('a file that holds something else is an error that names it', async () => {
  const file = join(folder, 'network_settings.json');
  await writeFile(file, '{"SandboxKey": 5}');
  expect(() => readNetworkSettings(file)).toThrow(expect.objectContaining({ code: 'ERR_CACHE', file }));
  expect(await readFile(file, 'utf8')).toBe('{"SandboxKey": 5}');
});

test('the schema takes what networkSettings makes', () => {
  expect(networkSettingsSchema.parse(networkSettings(source))).toEqual(networkSettings(source));
});
