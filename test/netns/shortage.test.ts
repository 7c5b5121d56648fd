import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, listNetns, restoreNetns } from '../../src/netns/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

async function mounted(name: string, options: string): Promise<string> {
  const dir = join(folder, name);
  mkdirSync(dir);
  await isolated.run(`mount -t tmpfs -o ${options} tmpfs ${dir}`);
  return dir;
}

describe('a namespace', () => {
  it('cannot be made in a read-only folder, of which nothing is mounted in the end', async () => {
    const dir = await mounted('read-only', 'ro');
    await expect(createNetns({ dir, name: 'ns', helper })).rejects.toMatchObject({
      code: 'ERR_NETNS',
      cause: { code: 'EROFS', syscall: 'create' },
    });
    await expect(restoreNetns(join(dir, 'ns'), { helper })).rejects.toMatchObject({
      cause: { code: 'EROFS' },
    });
    expect((await isolated.mountsAt(dir)).length).toBe(1);
    expect(await isolated.run(`ls -A ${dir}`)).toBe('');
  });

  it('cannot be made where no inode is left, and the others are not harmed', async () => {
    const dir = await mounted('few-inodes', 'nr_inodes=4,mode=755');
    const made = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => createNetns({ dir, name: `ns${index}`, helper })),
    );
    const [good, bad] = ['fulfilled', 'rejected'].map((how) => made.filter(({ status }) => status === how));
    expect([good?.length, bad?.length]).toEqual([3, 3]);
    for (const failure of bad ?? [])
      expect(failure).toMatchObject({
        reason: { code: 'ERR_NETNS', cause: { code: 'ENOSPC', syscall: 'create' } },
      });
    expect((await isolated.run(`ls ${dir}`)).split('\n').filter(Boolean).length).toBe(3);
    for (const result of made) if (result.status === 'fulfilled') await result.value.remove();
    expect(await isolated.run(`ls -A ${dir}`)).toBe('');
  });

  it('is one of 500 that are made 50 at a time, and none is lost or leaks', { timeout: 60_000 }, async () => {
    const dir = join(folder, 'many');
    const names = Array.from({ length: 500 }, (_, index) => `ns${String(index).padStart(3, '0')}`);
    const waiting = [...names];
    const inodes = new Set<bigint>();
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        inodes.add((await createNetns({ dir, name, helper })).inode);
    };
    await Promise.all(Array.from({ length: 50 }, work));
    const entries = await listNetns(dir, { helper });
    expect(entries.map(({ name, kind }) => `${name} ${kind}`)).toEqual(
      names.map((name) => `${name} mounted`),
    );
    expect(new Set(entries.map(({ inode }) => inode))).toEqual(inodes);
    expect(inodes.size).toBe(500);
    await Promise.all(names.map((name) => isolated.client.removeNetns(join(dir, name))));
    expect(readdirSync(dir)).toEqual([]);
    expect(await isolated.run(`grep -c net: /proc/self/mountinfo || :`)).toBe('0\n');
  });
});
