import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNetns, isNetns, pinNetns } from '../../src/index.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-pin-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('a pinned namespace', () => {
  const options = () => ({ path: join(dir, 'pinned') });

  it('is that of the process, and stays when the process has ended', async () => {
    const child = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const own = await readlink('/proc/self/ns/net');
    const link = () => readlink(`/proc/${child.pid}/ns/net`).catch(() => own);
    while ((await link()) === own) await new Promise((resolve) => setTimeout(resolve, 5));
    const number = await link();
    const pinned = await pinNetns(child.pid ?? 0, options());
    child.kill('SIGKILL');
    await ended;
    expect(`net:[${pinned.inode}]`).toBe(number);
    expect((await pinned.exec('readlink', ['/proc/self/ns/net'])).stdout.trim()).toBe(number);
    await pinned.remove();
    expect(await readdir(dir)).toEqual([]);
  });

  it('is not made over what is there', async () => {
    await using netns = await createNetns(options());
    await expect(pinNetns(process.pid, options())).rejects.toMatchObject({ code: 'ERR_IN_USE' });
    expect(await isNetns(netns.path)).toBe(true);
  });

  it('of no process leaves nothing', async () => {
    await expect(pinNetns(2 ** 22 + 1, options())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    await expect(pinNetns(0, options())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    expect(await readdir(dir)).toEqual([]);
  });
});
