import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CNIConfig, CNIOperator, type LibcniWarning } from '../../src/index.js';
import { listOfTypes } from '../fixtures/plugins/plugin-folder.js';
import { isRoot } from '../netns/harness/own-namespaces.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();
const limits = { timeoutMs: 10_000 };
const ports = (hostPort: number) => ({ capabilityArgs: { portMappings: [{ hostPort, containerPort: 80 }] } });
const TOO_LARGE = 33 * 1024 * 1024;

/** Ends by KILL: a server that closes takes its socket along. */
const socketScript = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;

/** What may be in the place of a file. */
const kinds: [string, (path: string) => void][] = [
  ['a folder', (path) => void mkdirSync(join(path, 'with'), { recursive: true })],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a socket', (path) => spawnSync(process.execPath, ['-e', socketScript, path])],
  ['a link', (path) => symlinkSync(join(host.plugins.cacheDir, 'victim'), path)],
  ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
  [
    'a file that is too large',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, TOO_LARGE);
    },
  ],
];

let warnings: LibcniWarning[];
beforeEach(() => {
  warnings = [];
  host.operator.on('warning', (warning) => warnings.push(warning));
  mkdirSync(host.plugins.cacheDir, { recursive: true });
  writeFileSync(join(host.plugins.cacheDir, 'victim'), 'precious');
});

/** Puts something in the place of a file of the cache folder. */
function put(name: string, make: (path: string) => void): string {
  const path = join(host.plugins.cacheDir, name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  make(path);
  return path;
}

const codes = () => warnings.map(({ code }) => code);
const victim = () => readFileSync(join(host.plugins.cacheDir, 'victim'), 'utf8');

describe.each(kinds)('%s', (_, make) => {
  it('among the notes is overwritten by nobody, and holds up neither attach nor gc', async () => {
    put('libcni/attached/a+c1+eth0', make);
    put('libcni/attached/a+gone+eth0', make);
    await host.operator.attach(request, limits);
    await host.operator.detach(request, limits);
    await host.operator.gc({ valid: [] }, limits);
    await host.operator.recover(limits);
    expect(victim()).toBe('precious');
    const left = readdirSync(join(host.plugins.cacheDir, 'libcni/attached'));
    expect(left.filter((name) => name !== 'unreadable')).toEqual([]);
  });

  it('in the place of a record keeps nobody from a port, and the pod can be detached', async () => {
    await host.operator.attach({ ...request, id: 'bad' }, limits);
    put('results/a-bad-eth0', make);
    await host.operator.attach({ ...request, ...ports(8080) }, limits);
    await host.operator.recover(limits);
    expect(codes()).toContain('CACHE_ENTRY_SET_ASIDE');
    await host.operator.detach({ id: 'bad' }, limits);
    expect(await host.order()).toEqual(['ADD one eth0', 'ADD one eth0', 'DEL one eth0']);
    await host.operator.detach({ id: 'bad' }, limits);
    expect((await host.order()).length).toBe(3);
    expect([victim(), await host.attachments()]).toEqual(['precious', ['a-c1-eth0']]);
  });

  it('in the place of a record is no hindrance to a detach that meets it first', async () => {
    await host.operator.attach({ ...request, id: 'bad' }, limits);
    put('results/a-bad-eth0', make);
    await host.operator.detach({ id: 'bad' }, limits);
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
    expect([victim(), await host.attachments()]).toEqual(['precious', []]);
  });

  it('in the journal keeps nobody from a port, and is set aside with a warning', async () => {
    put('libcni/journal/a+bad+eth0.json', make);
    await host.operator.attach({ ...request, ...ports(8080) }, limits);
    expect(warnings).toMatchObject([{ code: 'STATE_FILE_SET_ASIDE', containerId: 'bad', network: 'a' }]);
    put('libcni/journal/a+worse+eth0.json', make);
    expect((await host.operator.recover(limits)).setAside.length).toBe(1);
    expect([victim(), await host.stateLeft()]).toEqual(['precious', expect.any(Array)]);
  });

  it.each(['.gc', '.host-ports', '.turn-.gc', 'a-c1-eth0'])(
    'in the place of the lock %s is set aside',
    async (name) => {
      put(`libcni/locks/${name}`, make);
      await host.operator.attach({ ...request, ...ports(8080) }, limits);
      await host.operator.gc({ valid: [] }, limits);
      expect(codes().filter((code) => code === 'STATE_FILE_SET_ASIDE').length).toBeLessThanOrEqual(1);
      await host.operator.recover(limits);
      expect(codes()).toContain('STATE_FILE_SET_ASIDE');
      expect(victim()).toBe('precious');
      expect(readdirSync(join(host.plugins.cacheDir, 'libcni/locks'))).toEqual(['unreadable']);
    },
  );
});

describe('names that are too long for a file', () => {
  const id = (length: number) => 'i'.repeat(length);

  it('are refused before anything runs where the journal could not have them', async () => {
    for (const length of [242, 243, 300]) {
      const attaching = host.operator.attach({ ...request, id: id(length) }, limits);
      await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', containerId: id(length) });
      await host.operator.detach({ id: id(length), networks: [{ name: 'a', ifName: 'eth0' }] }, limits);
    }
    expect((await host.order()).filter((line) => line.startsWith('ADD'))).toEqual([]);
    await host.operator.attach({ ...request, id: id(241) }, limits);
    await host.operator.detach({ id: id(241) }, limits);
    expect((await host.operator.recover(limits)).failed).toEqual([]);
  });

  it('are fine for DEL of the verbs, and refused by ADD', async () => {
    const cni = new CNIConfig({ path: [host.plugins.bin], cacheDir: host.plugins.cacheDir });
    const rt = { containerId: id(300), netns: '/run/netns/none', ifName: 'eth0' };
    const adding = cni.addNetworkList(listOfTypes(['one']), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    await cni.delNetworkList(listOfTypes(['one']), rt);
    expect(await host.order()).toEqual(['DEL one eth0']);
  });
});

describe('a folder of state that others may change', () => {
  const open = (dir: string) => {
    mkdirSync(dir, { recursive: true });
    if (isRoot) chownSync(dir, 65534, 65534);
    else chmodSync(dir, 0o777);
    return dir;
  };

  it('is refused, unless it is allowed', async () => {
    const cacheDir = open(join(host.plugins.cacheDir, 'foreign'));
    const options = { confDir: host.networks.confDir, binDirs: [host.plugins.bin], cacheDir };
    const refused = { code: 'ERR_PERMISSION', message: expect.stringContaining("foreignFolders: 'allow'") };
    await expect(CNIOperator.create(options)).rejects.toMatchObject(refused);
    const cni = new CNIConfig({ path: [host.plugins.bin], cacheDir });
    const rt = { containerId: 'c1', netns: '/run/netns/none', ifName: 'eth0' };
    await expect(cni.addNetworkList(listOfTypes(['one']), rt)).rejects.toMatchObject(refused);
    expect(await host.order()).toEqual([]);
    await using operator = await CNIOperator.create({
      ...options,
      foreignFolders: 'allow',
      loopback: 'none',
    });
    await operator.attach(request, limits);
    await operator.detach(request, limits);
  });
});

it.each(['attached', 'journal', 'locks'])(
  'a folder of an operator that is given away later is refused from then on: %s',
  async (name) => {
    const folder = join(host.plugins.cacheDir, 'libcni', name);
    mkdirSync(folder, { recursive: true });
    if (isRoot) chownSync(folder, 65534, 65534);
    else chmodSync(folder, 0o777);
    const refused = { code: 'ERR_PERMISSION', message: expect.stringContaining("foreignFolders: 'allow'") };
    await expect(host.operator.attach(request, limits)).rejects.toMatchObject(refused);
    expect(await host.order()).toEqual([]);
  },
);

it('the calls of an operator end after 220 seconds by default', async () => {
  const given: (number | undefined)[] = [];
  const exec = {
    findInPath: async (plugin: string) => join(host.plugins.bin, plugin),
    execPlugin: async (
      _path: string,
      _stdin: string,
      _env: object,
      options: { timeoutMs?: number | undefined },
    ) => {
      given.push(options.timeoutMs);
      return '{"cniVersion":"1.0.0"}';
    },
  };
  const { confDir } = host.networks;
  const options = { confDir, cacheDir: host.plugins.cacheDir, exec, loopback: 'none' } as const;
  await using operator = await CNIOperator.create(options);
  await operator.attach(request);
  await operator.detach(request, { timeoutMs: Number.POSITIVE_INFINITY });
  const verbs = new CNIConfig({ path: [], cacheDir: join(host.plugins.cacheDir, 'verbs'), exec });
  await verbs.addNetworkList(listOfTypes(['one']), { containerId: 'c', netns: '/x', ifName: 'eth0' });
  expect(given[0]).toBeGreaterThan(200_000);
  expect(given[0]).toBeLessThanOrEqual(220_000);
  expect(given.slice(1)).toEqual([undefined, undefined]);
});
