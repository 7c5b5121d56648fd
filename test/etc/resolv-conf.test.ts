import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addNameservers,
  formatResolvConf,
  hostResolvConf,
  parseResolvConf,
  readHostname,
  readResolvConf,
  removeNameservers,
  writeHostname,
  writeResolvConf,
} from '../../src/etc/index.js';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-resolv-'));
  file = join(dir, 'resolv.conf');
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

it('reads a file as a resolver does, and writes it back', () => {
  const conf = parseResolvConf(
    '# by hand\nsearch a\nnameserver 10.0.0.1 # x\n\toptions ndots:2 edns0\nsearch b c\n',
  );
  expect(conf).toEqual({ nameservers: ['10.0.0.1'], searches: ['b', 'c'], options: ['ndots:2', 'edns0'] });
  expect(formatResolvConf(conf)).toBe('search b c\nnameserver 10.0.0.1\noptions ndots:2 edns0\n');
  expect(parseResolvConf('search .\n').searches).toEqual([]);
});

it('reports what resolvers overlook', async () => {
  const nameservers = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
  const searches = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(await writeResolvConf(file, { nameservers, searches })).toEqual([
    'resolvers use the first 3 of 4 nameservers: 10.0.0.4 may be ignored',
    'resolvers use the first 6 of 7 search domains: g may be ignored',
  ]);
  expect(await readResolvConf(file)).toEqual({ nameservers, searches, options: [] });
});

it('puts the nameservers of networks first, in place, and takes only them away', async () => {
  const others = '# by hand\nsearch a\nnameserver 10.0.0.1\n';
  await writeFile(file, others);
  const { ino } = await stat(file);
  expect(await addNameservers(file, ['10.1.0.1', 'fd00::1'], { owner: 'web' })).toEqual([]);
  await addNameservers(file, ['10.1.0.1'], { owner: 'web' });
  expect((await readResolvConf(file)).nameservers).toEqual(['10.1.0.1', 'fd00::1', '10.0.0.1']);
  expect(await addNameservers(file, ['10.2.0.1'], { owner: 'back' })).toHaveLength(1);
  await removeNameservers(file, ['10.1.0.1', 'fd00::1'], { owner: 'web' });
  await removeNameservers(file, ['10.2.0.1'], { owner: 'back' });
  expect(await readFile(file, 'utf8')).toBe(others);
  expect((await stat(file)).ino).toBe(ino);
});

it('leaves nameservers on the loopback interface of the host out', async () => {
  await writeFile(file, 'nameserver 127.0.0.1\nnameserver 192.0.2.1\nnameserver ::1\nsearch example.org\n');
  expect(await hostResolvConf({ file })).toEqual({
    conf: { nameservers: ['192.0.2.1'], searches: ['example.org'], options: [] },
    warnings: [],
  });
});

it('looks behind the stub of systemd-resolved', async () => {
  await writeFile(file, 'nameserver 127.0.0.53\noptions edns0\nsearch lan\n');
  const behind = join(dir, 'real.conf');
  await writeFile(behind, 'nameserver 192.0.2.7\nnameserver 127.0.0.1\n');
  const { conf } = await hostResolvConf({ file, behindStub: [join(dir, 'none'), behind] });
  expect(conf).toEqual({ nameservers: ['192.0.2.7'], searches: ['lan'], options: ['edns0'] });
});

it('says so where the host has no nameserver for a container', async () => {
  const { conf, warnings } = await hostResolvConf({ file, behindStub: [], fallback: ['192.0.2.9'] });
  expect(conf.nameservers).toEqual(['192.0.2.9']);
  expect(warnings).toEqual([expect.stringContaining('no nameserver that a container can reach')]);
});

it('refuses what is no configuration before anything is written', async () => {
  await expect(writeResolvConf(file, { nameservers: ['dns.example'] })).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: expect.stringContaining('conf.nameservers[0] must be an IPv4 or IPv6 address'),
    value: 'dns.example',
  });
  await expect(writeResolvConf(file, { searches: ['a\nnameserver 1.1.1.1'] })).rejects.toMatchObject({
    message: expect.stringContaining('conf.searches[0] must be a host name'),
  });
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('writes the name of a host, and refuses an invalid name', async () => {
  const hostname = join(dir, 'c1', 'hostname');
  await writeHostname(hostname, 'web-1');
  const { ino } = await stat(hostname);
  await writeHostname(hostname, 'db');
  expect(await readFile(hostname, 'utf8')).toBe('db\n');
  expect(await readHostname(hostname)).toBe('db');
  expect((await stat(hostname)).ino).toBe(ino);
  await expect(writeHostname(hostname, 'a b')).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    value: 'a b',
  });
  await expect(writeHostname(hostname, 'x'.repeat(65))).rejects.toThrow(
    'hostname must be a host name of at most',
  );
});
