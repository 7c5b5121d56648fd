import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CNIOperator, type LibcniWarning, Networks } from '../../src/index.js';
import { PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';
import { isRoot } from '../netns/harness/own-namespaces.js';

const limits = { timeoutMs: 8000 };
const versions = JSON.stringify({ cniVersion: '1.0.0', supportedVersions: ['0.4.0', '1.0.0'] });
let plugins: PluginFolder;
let operator: CNIOperator;
let networks: Networks;
let stateDir: string;
let warnings: LibcniWarning[];

beforeEach(async () => {
  plugins = await PluginFolder.create();
  for (const name of ['bridge', 'portmap', 'firewall', 'host-local'])
    await plugins.add(name, { VERSION: { stdout: versions }, ADD: { stdout: resultText('10.1.0.2/24') } });
  const { bin, cacheDir, root } = plugins;
  const folders = { confDir: join(root, 'net.d'), binDirs: [bin], cacheDir };
  operator = await CNIOperator.create({ ...folders, loopback: 'none' });
  warnings = [];
  // There is no namespace, which is another matter.
  const isMeant = ({ code }: LibcniWarning) => !['NETNS_GONE', 'RULES_MAY_STAY'].includes(code);
  operator.on('warning', (warning) => isMeant(warning) && warnings.push(warning));
  stateDir = join(cacheDir, 'libcni/networks');
  networks = await Networks.open({ operator });
  await networks.create({ name: 'front' }, limits);
});

afterEach(async () => {
  await operator[Symbol.asyncDispose]();
  await plugins[Symbol.asyncDispose]();
});

/** Puts a container on the network; its namespace is nowhere, which fixture plugins do not mind. */
function connect(id: string, more: object = {}) {
  return networks.connect({ id, netns: `/run/netns/${id}`, network: 'front', ...more }, limits);
}

function disconnect(id: string) {
  return networks.disconnect({ id, network: 'front' }, limits);
}

/** Puts something in the place of a file of state. */
function put(name: string, make: (path: string) => void): string {
  const path = join(stateDir, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  make(path);
  return path;
}

const tooLarge = (path: string) => {
  writeFileSync(path, '');
  truncateSync(path, 33 * 1024 * 1024);
};
const full = (path: string) => mkdirSync(join(path, 'with'), { recursive: true });
const fifo = (path: string) => void execFileSync('mkfifo', [path]);
const text = (path: string) => writeFileSync(path, 'mine');
const victim = () => join(plugins.root, 'victim');
const linked = (path: string) => {
  writeFileSync(victim(), 'precious');
  symlinkSync(victim(), path);
};

const badFiles: [string, (path: string) => void][] = [
  ['a folder', full],
  ['a pipe', fifo],
  ['a link', linked],
  ['a file that is too large', tooLarge],
];

describe.each(badFiles)('where the hosts file of a container is %s', (_, make) => {
  it('others are put on its network and taken off, with a warning', async () => {
    await connect('bad');
    const file = put('containers/bad/hosts', make);
    const { warnings: said, hostsFile } = await connect('c1');
    expect(said).toEqual([expect.stringContaining(file)]);
    expect(warnings).toMatchObject([
      { code: 'HOSTS_FILE_NOT_WRITTEN', containerId: 'bad', network: 'front', file },
    ]);
    expect(readFileSync(hostsFile, 'utf8')).toContain('10.1.0.2\tbad c1\n');
    if (existsSync(victim())) expect(readFileSync(victim(), 'utf8')).toBe('precious');
    await disconnect('c1');
    await disconnect('bad');
    expect(existsSync(join(stateDir, 'containers/bad'))).toBe(false);
    expect(readdirSync(join(stateDir, 'containers'))).toEqual([]);
  });

  it('it is not put on another network, and stays off it', async () => {
    await connect('bad');
    put('containers/bad/hosts', make);
    await networks.create({ name: 'back' }, limits);
    const again = connect('bad', { network: 'back', ifName: 'eth1' });
    await expect(again).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', rollbackErrors: [] });
    expect(await operator.list({ network: 'back' })).toEqual([]);
    expect(await operator.list({ network: 'front' })).toHaveLength(1);
  });
});

it('a hosts file that a caller names may be a link, and one that is gone bad lets the container leave', async () => {
  const hostsFile = join(plugins.root, 'hosts');
  linked(hostsFile);
  await connect('c1', { hostsFile });
  expect(readFileSync(victim(), 'utf8')).toContain('\tc1\n');
  rmSync(hostsFile);
  fifo(hostsFile);
  await disconnect('c1');
  expect(warnings).toMatchObject([{ code: 'HOSTS_FILE_NOT_WRITTEN', containerId: 'c1', file: hostsFile }]);
});

it('what the record of a member says is not what is removed', async () => {
  await connect('c1');
  const kept = join(plugins.root, 'kept');
  mkdirSync(kept);
  const member = {
    id: 'c1',
    ifName: 'eth0',
    names: ['c1'],
    hostsFile: join(kept, 'hosts'),
    ownsHostsFile: true,
  };
  writeFileSync(join(stateDir, 'members/front/c1+eth0.json'), JSON.stringify(member));
  await disconnect('c1');
  expect(existsSync(kept)).toBe(true);
});

it('what a process that ended left of a container goes with the next disconnect', async () => {
  await connect('c1');
  rmSync(join(stateDir, 'members/front/c1+eth0.json'));
  await disconnect('c1');
  expect(readdirSync(join(stateDir, 'containers'))).toEqual([]);
});

describe.each<[string, (path: string) => void]>([
  ['a file', text],
  ['a pipe', fifo],
  ['a link to a folder', (path) => symlinkSync(plugins.bin, path)],
  ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
])('%s is moved aside with a warning', (_, make) => {
  it('where it is in the place of the members of a network', async () => {
    const file = put('members/front', make);
    const before = readdirSync(plugins.bin);
    await connect('c1');
    expect(warnings).toMatchObject([
      { code: 'STATE_FILE_SET_ASIDE', message: expect.stringContaining(file) },
    ]);
    expect(readdirSync(plugins.bin)).toEqual(before);
    expect(readdirSync(file)).toEqual(['c1+eth0.json']);
    await disconnect('c1');
    await networks.remove('front', limits);
    expect(existsSync(file)).toBe(false);
  });

  it('where it is in the place of the lock of a network', async () => {
    const file = put('locks/front.lock', make);
    await connect('c1');
    expect(warnings).toMatchObject([
      { code: 'STATE_FILE_SET_ASIDE', message: expect.stringContaining(file) },
    ]);
  });

  it('where it is in the place of the lock of the configuration folder', async () => {
    put('create.lock', make);
    await networks.create({ name: 'back' }, limits);
    expect(warnings).toMatchObject([{ code: 'STATE_FILE_SET_ASIDE' }]);
  });
});

describe.each<[string, (path: string) => void]>([
  ['a file', text],
  ['a pipe', fifo],
  ['a folder', full],
])('%s in the place of a claim is moved aside with a warning', (_, make) => {
  it('so that a network can have that name and subnet', async () => {
    put('claims/name-net-back', make);
    put('claims/subnet-10.9.0.0_24', make);
    await networks.create({ name: 'back', subnets: ['10.9.0.0/24'] }, limits);
    expect(warnings.map(({ code }) => code)).toEqual(['STATE_FILE_SET_ASIDE', 'STATE_FILE_SET_ASIDE']);
    expect(readdirSync(join(stateDir, 'claims'))).toEqual([]);
  });

  it('so that no other subnet is held up by it', async () => {
    put('claims/subnet-10.9.0.0_16', make);
    await networks.create({ name: 'back', subnets: ['10.9.0.0/24'] }, limits);
  });
});

it.each([
  ['nobody', 'somebody'],
  ['a process of another pid namespace, long ago', '.tmp-1-1-1-0123456789abcdef'],
])('a claim of %s holds nobody up', async (_, target) => {
  const path = put('claims/name-net-back', (file) => symlinkSync(target, file));
  // The link itself, not what it leads to.
  execFileSync('touch', ['--no-dereference', '--date=2000-01-01', path]);
  await networks.create({ name: 'back' }, limits);
  expect(() => readlinkSync(path)).toThrow('ENOENT');
});

describe('a folder of state that others may change', () => {
  it.each(['.', 'members', 'containers', 'claims', 'locks', 'netns'])(
    'is refused, unless it is allowed: %s',
    async (name) => {
      const dir = join(stateDir, name);
      mkdirSync(dir, { recursive: true });
      if (isRoot) chownSync(dir, 65534, 65534);
      else chmodSync(dir, 0o777);
      const refused = { code: 'ERR_PERMISSION', message: expect.stringContaining("foreignFolders: 'allow'") };
      await expect(Networks.open({ operator })).rejects.toMatchObject(refused);
      const allowed = await Networks.open({ operator, foreignFolders: 'allow' });
      await allowed.connect({ id: 'c1', netns: '/run/netns/c1', network: 'front' }, limits);
      await allowed.disconnect({ id: 'c1', network: 'front' }, limits);
    },
  );
});

it('a lock that an ended process took before the clock was set back is nobody’s', async () => {
  const tomorrow = Date.now() / 1000 + 86_400;
  for (const name of ['create.lock', 'locks/front.lock']) {
    const path = put(name, (file) => mkdirSync(file));
    utimesSync(path, tomorrow, tomorrow);
  }
  await networks.create({ name: 'back' }, limits);
  await connect('c1');
});

it('a container without a namespace is refused in words that say what it must have', async () => {
  const connecting = networks.connect({ id: 'c1', network: 'front' });
  await expect(connecting).rejects.toThrow(/request must have either netns or pid(?!, not)/);
});
