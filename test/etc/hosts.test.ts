import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addHosts, createHostsFile, readHosts, removeHosts, setHosts } from '../../src/etc/index.js';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-hosts-'));
  file = join(dir, 'hosts');
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

const text = () => readFile(file, 'utf8');

it('does not wait for a pipe in its place', async () => {
  execFileSync('mkfifo', [file]);
  const entry = { address: '10.0.0.2', names: ['web'] };
  await expect(addHosts(file, [entry])).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', file });
  await expect(setHosts(file, [entry], { owner: 'web' })).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
});

it('makes a file with localhost, and leaves one that is there as it is', async () => {
  await createHostsFile(join(dir, 'c1', 'hosts'));
  expect(await readHosts(join(dir, 'c1', 'hosts'))).toContainEqual({
    address: '127.0.0.1',
    names: ['localhost'],
  });
  expect((await stat(join(dir, 'c1', 'hosts'))).mode & 0o777).toBe(0o644);
  await writeFile(file, '10.0.0.1 mine\n');
  await createHostsFile(file);
  expect(await text()).toBe('10.0.0.1 mine\n');
});

it('adds and takes away its own lines in place, and keeps the lines and comments of others', async () => {
  const others = '# mine\n10.0.0.1 a # the first\n\n10.0.0.2\tb';
  await writeFile(file, others);
  const { ino } = await stat(file);
  await addHosts(file, [{ address: '10.1.0.2', names: ['web', 'www'] }], { owner: 'front' });
  await addHosts(file, [{ address: 'fd00::2', names: ['web'] }], { owner: 'back' });
  expect(await text()).toBe(
    `${others}\n# libcni front begin\n10.1.0.2\tweb www\n# libcni front end\n# libcni back begin\nfd00::2\tweb\n# libcni back end\n`,
  );
  await removeHosts(file, [{ address: '10.1.0.2', names: ['www'] }], { owner: 'front' });
  expect(await text()).toContain('10.1.0.2\tweb\n');
  await setHosts(file, [], { owner: 'front' });
  await removeHosts(file, [{ address: 'fd00::2', names: ['web'] }], { owner: 'back' });
  expect(await text()).toBe(`${others}\n`);
  expect((await stat(file)).ino).toBe(ino);
});

it('adds the same entry once, and takes nothing from the lines of others', async () => {
  await writeFile(file, '10.1.0.2 web\n');
  const entry = { address: '10.1.0.2', names: ['web'] };
  await addHosts(file, [entry]);
  await addHosts(file, [entry]);
  expect(await readHosts(file)).toEqual([entry, entry]);
  await removeHosts(file, [entry]);
  expect(await text()).toBe('10.1.0.2 web\n');
  await removeHosts(file, [entry]);
  await removeHosts(join(dir, 'not', 'there'), [entry]);
  await addHosts(join(dir, 'new'), [entry]);
  expect((await readHosts(join(dir, 'new')))[0]).toEqual({ address: '127.0.0.1', names: ['localhost'] });
});

it('keeps what follows where somebody took the marker of the end away', async () => {
  await writeFile(file, '# libcni a begin\n10.0.0.1 a\n# libcni b begin\n10.0.0.2 b\n# libcni b end\n');
  await setHosts(file, [], { owner: 'a' });
  expect(await text()).toBe('# libcni b begin\n10.0.0.2 b\n# libcni b end\n');
});

it('refuses what is no entry, with its place and value, before anything is written', async () => {
  await expect(addHosts(file, [{ address: '10.0.0.1/24', names: ['a'] }])).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: expect.stringMatching(/^entries\[0\]\.address must be an IPv4 or IPv6 address/),
    value: '10.0.0.1/24',
  });
  await expect(addHosts(file, [{ address: '10.0.0.1', names: ['a b'] }])).rejects.toMatchObject({
    message: expect.stringContaining('entries[0].names[0] must be a host name'),
  });
  await expect(addHosts(file, [], { owner: 'a\nb' })).rejects.toThrow('options.owner must be a name');
  await expect(text()).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says that another has the file for too long', async () => {
  const { default: lockfile } = await import('proper-lockfile');
  await writeFile(file, '');
  const release = await lockfile.lock(file);
  await expect(addHosts(file, [], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_LOCKED', file });
  const aborting = new AbortController();
  setTimeout(() => aborting.abort(), 50);
  const { signal } = aborting;
  await expect(addHosts(file, [], { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await release();
});

it('loses no line when several processes change one file', async () => {
  const writer = fileURLToPath(new URL('../fixtures/etc/add-many-hosts.ts', import.meta.url));
  const processes = ['a', 'b', 'c'].map((name) =>
    spawn('npx', ['tsx', writer, file, name, '20'], { stdio: 'inherit' }),
  );
  await addHosts(file, [{ address: '10.9.0.1', names: ['own'] }]);
  expect(await Promise.all(processes.map(exitCode))).toEqual([0, 0, 0]);
  const added = (await readHosts(file)).filter(({ address }) => address.startsWith('10.'));
  expect(added).toHaveLength(61);
}, 60_000);

async function exitCode(process: ChildProcess): Promise<unknown> {
  return (await once(process, 'exit'))[0];
}
