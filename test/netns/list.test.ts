import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, identifyNetns, listNetns, openNetnsOfProcess } from '../../src/netns/index.js';
import { eventually } from '../platform/helper/harness/processes.js';
import { shell } from '../platform/helper/harness/shell.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

describe('listNetns', () => {
  it('says of each entry what it is', async () => {
    const dir = join(folder, 'mixed');
    const netns = await createNetns({ dir, name: 'a-real-one', helper });
    const under = await createNetns({ dir, name: 'b-stacked', helper });
    const own = `mount --bind /proc/self/ns/net ${under.path}`;
    const over = BigInt(await isolated.run(`${own} && ${own} && stat -Lc %i /proc/self/ns/net`));
    writeFileSync(join(dir, 'c-left-by-a-reboot'), '', { mode: 0o444 });
    writeFileSync(join(dir, 'd-text'), 'text');
    mkdirSync(join(dir, 'e-folder'));
    symlinkSync('a-real-one', join(dir, 'f-link'));
    await isolated.run(
      `mkfifo ${dir}/g-pipe; touch ${dir}/h-uts; mount --bind /proc/self/ns/uts ${dir}/h-uts`,
    );
    await isolated.run(`touch ${dir}/i-file; mount --bind ${dir}/d-text ${dir}/i-file`);
    const entries = await listNetns(dir, { helper });
    expect(entries.map(({ name, kind, mounts }) => `${name} ${kind} ${mounts}`)).toEqual([
      'a-real-one mounted 1',
      'b-stacked stacked 3',
      'c-left-by-a-reboot empty 0',
      'd-text foreign 0',
      'e-folder foreign 0',
      'f-link link 0',
      'g-pipe foreign 0',
      'h-uts foreign 1',
      'i-file foreign 1',
    ]);
    expect(entries.map(({ path }) => path)).toEqual(entries.map(({ name }) => join(dir, name)));
    expect(entries[0]).toMatchObject({ inode: netns.inode, covered: [] });
    expect(entries[1]).toMatchObject({ inode: over, covered: [over, under.inode] });
    expect(entries[5]?.target).toBe(netns.path);
    expect(entries.slice(2).map(({ inode }) => inode)).toEqual(Array(7).fill(undefined));
  });

  it('is empty for a folder that does not exist, and for an empty one', async () => {
    expect(await listNetns(join(folder, 'nowhere'), { helper })).toEqual([]);
    mkdirSync(join(folder, 'nothing'));
    expect(await listNetns(join(folder, 'nothing'), { helper })).toEqual([]);
  });

  it('rejects for what is no folder', async () => {
    await expect(listNetns(join(folder, 'isolated'), { helper })).rejects.toMatchObject({
      code: 'ERR_NETNS',
    });
  });

  it('looks through links to the folder', async () => {
    const dir = join(folder, 'real');
    const netns = await createNetns({ dir, name: 'ns', helper });
    symlinkSync(dir, join(folder, 'other-name'));
    const [entry] = await listNetns(join(folder, 'other-name'), { helper });
    expect(entry).toMatchObject({ path: join(folder, 'other-name/ns'), kind: 'mounted', inode: netns.inode });
  });

  it('reads names with spaces, newlines and backslashes', async () => {
    const dir = join(folder, 'a folder\nwith\\040 odd\tnames');
    const made = await createNetns({ dir, name: 'an odd\nname \\012', helper });
    const [entry, ...rest] = await listNetns(dir, { helper });
    expect([entry?.kind, entry?.path, entry?.inode, rest]).toEqual(['mounted', made.path, made.inode, []]);
    expect((await made.exec('readlink', ['/proc/self/ns/net'])).stdout).toBe(`net:[${made.inode}]\n`);
    await made.remove();
    expect(await listNetns(dir, { helper })).toEqual([]);
  });
});

describe('a process in a namespace', () => {
  it('is identified by every name of its namespace, and its namespace can be entered', async () => {
    const dir = join(folder, 'identified');
    const netns = await createNetns({ dir, name: 'first', helper });
    await createNetns({ dir, name: 'other', helper });
    await isolated.run(`touch ${dir}/second; mount --bind ${netns.path} ${dir}/second`);
    const stop = new AbortController();
    const marker = join(folder, 'inside');
    const running = helper.spawn(
      shell(`echo $$ > ${marker}.new; mv ${marker}.new ${marker}; exec sleep 60`, {
        netns: netns.path,
        signal: stop.signal,
      }),
    );
    const pid = Number(await readWhenThere(marker));
    const names = (await identifyNetns(pid, { dir, helper })).map(({ name }) => name);
    expect(names).toEqual(['first', 'second']);
    const opened = await openNetnsOfProcess(pid, { helper });
    expect([opened.inode, opened.path]).toEqual([netns.inode, `/proc/${pid}/ns/net`]);
    expect((await opened.exec('readlink', ['/proc/self/ns/net'])).stdout).toBe(`net:[${netns.inode}]\n`);
    await expect(opened.remove()).rejects.toMatchObject({ code: 'ERR_NETNS' });
    stop.abort();
    await running;
    await expect(opened.exec('true')).rejects.toMatchObject({ code: 'ERR_NETNS' });
    await expect(openNetnsOfProcess(pid, { helper })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('elsewhere is in none', async () => {
    expect(await identifyNetns(helper.pid ?? 0, { dir: join(folder, 'identified'), helper })).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, 4_194_305])('cannot have the number %d', async (pid) => {
    await expect(identifyNetns(pid, { dir: folder, helper })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    });
    await expect(openNetnsOfProcess(pid, { helper })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('of another user is said to need a right', async () => {
    const unprivileged = isolated.unprivileged();
    const failure = openNetnsOfProcess(1, { helper: unprivileged });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
      message: expect.stringContaining('CAP_SYS_PTRACE'),
    });
    await unprivileged[Symbol.asyncDispose]();
  });
});

async function readWhenThere(path: string): Promise<string> {
  let text = '';
  await eventually(`${path} is there`, () => {
    text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return text !== '';
  });
  return text;
}
