import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfSnapshot, ConfStore } from '../../../src/operator/conf-store/index.js';
import { briefly, ConfFolder, list, names } from './harness/conf-folder.js';
import { eventually } from './harness/eventually.js';

let folder: ConfFolder;

beforeEach(async () => {
  folder = await ConfFolder.create();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function becomes(store: ConfStore, expected: readonly string[]): Promise<void> {
  const text = expected.join();
  await eventually(`the networks are ${text}`, () => names(store.snapshot()).join() === text);
}

function changesOf(store: ConfStore): ConfSnapshot[] {
  const changes: ConfSnapshot[] = [];
  store.on('change', (snapshot) => changes.push(snapshot));
  return changes;
}

/** Waits until the store has certainly read what is there: it reads in order, and tells of this file last. */
async function settled(store: ConfStore): Promise<void> {
  await folder.replace('zz-settled.conflist', list('settled'));
  await eventually('it has read all', () => names(store.snapshot()).includes('settled'));
}

describe('a watching store', () => {
  it('notices files that are added, changed, renamed over and removed', async () => {
    const store = await folder.watching();
    const changes = changesOf(store);
    await folder.write('a.conflist', list('a'));
    await becomes(store, ['a']);
    await folder.write('a.conflist', list('b'));
    await becomes(store, ['b']);
    await folder.replace('a.conflist', list('c'));
    await becomes(store, ['c']);
    await rename(join(folder.confDir, 'a.conflist'), join(folder.confDir, 'a.txt'));
    await becomes(store, []);
    await rename(join(folder.confDir, 'a.txt'), join(folder.confDir, 'b.conflist'));
    await becomes(store, ['c']);
    await folder.remove('b.conflist');
    await becomes(store, []);
    expect(changes.map(({ generation }) => generation)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('notices a folder that appears, with those above it, that goes, and that comes back', async () => {
    const confDir = join(folder.root, 'etc', 'cni', 'net.d');
    const store = await folder.watching({ confDir });
    for (const round of ['one', 'two']) {
      await mkdir(confDir, { recursive: true });
      await writeFile(join(confDir, 'a.conflist'), JSON.stringify(list(round)));
      await becomes(store, [round]);
      await writeFile(join(confDir, 'b.conflist'), JSON.stringify(list(`more-${round}`)));
      await becomes(store, [round, `more-${round}`]);
      await rm(join(folder.root, 'etc'), { recursive: true });
      await becomes(store, []);
    }
  });

  it('notices a folder that another one takes the place of, and what happens in that one', async () => {
    await folder.write('a.conflist', list('a'));
    await folder.write('../next/b.conflist', list('b'));
    const store = await folder.watching();
    await rename(folder.confDir, join(folder.root, 'previous'));
    await rename(join(folder.root, 'next'), folder.confDir);
    await becomes(store, ['b']);
    await folder.write('c.conflist', list('c'));
    await becomes(store, ['b', 'c']);
  });

  it('notices that the folder is removed and immediately created again', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.watching();
    for (const name of ['b', 'c', 'd', 'e']) {
      await rm(folder.confDir, { recursive: true });
      await folder.write(`${name}.conflist`, list(name));
      await becomes(store, [name]);
      await folder.write('z.conflist', list('z'));
      await becomes(store, [name, 'z']);
    }
  });

  it('follows a folder that is a link, which is led elsewhere', async () => {
    await folder.write('../one/a.conflist', list('a'));
    await folder.write('../two/b.conflist', list('b'));
    const confDir = join(folder.root, 'current');
    await symlink('one', confDir);
    const store = await folder.watching({ confDir });
    await symlink('two', join(folder.root, 'next'));
    await rename(join(folder.root, 'next'), confDir);
    await becomes(store, ['b']);
    await folder.write('../two/c.conflist', list('c'));
    await becomes(store, ['b', 'c']);
  });

  it('notices plugins in a drop-in folder, that of a list without plugins of its own included', async () => {
    await folder.write('a.conflist', { cniVersion: '1.0.0', name: 'a' });
    const store = await folder.watching();
    expect(briefly(store)).toEqual(['a.conflist ERR_CONF_INVALID']);
    await folder.write('a/x.conf', { type: 'bridge' });
    await becomes(store, ['a']);
    await folder.write('a/y.conf', { type: 'tuning' });
    await eventually('there are two', () => store.snapshot().networks[0]?.list.plugins.length === 2);
    await folder.remove('a');
    await becomes(store, []);
  });

  it('says nothing of what editors do around a file that stays the same', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.watching();
    const changes = changesOf(store);
    const problems: unknown[] = [];
    store.on('problems', (told) => problems.push(told));
    for (const name of [
      '4913',
      '.a.conflist.swp',
      '.a.conflist.swx',
      'a.conflist~',
      '#a.conflist#',
      'a.tmp',
    ]) {
      await folder.write(name, 'half of something');
      await setTimeout(30);
      await folder.remove(name);
    }
    const lock = join(folder.confDir, '.#a.conflist');
    await symlink('someone@host.1', lock);
    await setTimeout(30);
    await rm(lock);
    await folder.write('a.conflist', list('a'));
    await folder.replace('a.conflist', list('a'));
    await settled(store);
    expect(changes.map(names)).toEqual([['a', 'settled']]);
    expect(problems).toEqual([]);
  });

  it('keeps a network whose file is written anew for seconds', async () => {
    const file = await folder.write('a.conflist', list('a'));
    await folder.write('b.conflist', list('b'));
    const store = await folder.watching();
    const changes = changesOf(store);
    const text = JSON.stringify(list('a', { disableCheck: true }));
    await writeFile(file, '');
    for (let end = 10; end < text.length + 10; end += 10) {
      await writeFile(file, text.slice(0, end));
      await setTimeout(250);
    }
    await eventually('the new text is read', () => store.snapshot().networks[0]?.list.disableCheck === true);
    expect(changes.map(names)).toEqual([['a', 'b']]);
  }, 30_000);

  it('does not report a file that is written slowly, in parts', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.watching();
    const changes = changesOf(store);
    const text = JSON.stringify(list('b'));
    await folder.write('b.conflist', text.slice(0, 20));
    await setTimeout(150);
    await folder.write('b.conflist', text);
    await becomes(store, ['a', 'b']);
    expect(changes.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('reports a file that stays broken, and goes on with the others', async () => {
    const store = await folder.watching();
    await folder.write('a.conflist', '{ "name": ');
    await eventually('it is reported', () => store.snapshot().problems.length > 0);
    await folder.write('b.conflist', list('b'));
    await becomes(store, ['b']);
    expect(briefly(store)).toEqual(['a.conflist ERR_CONF_INVALID']);
  });

  it('keeps the last good snapshot under the policy strict, and tells of the problems', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.watching({ policy: 'strict' });
    const told: string[][] = [];
    store.on('problems', (problems) => told.push(briefly({ problems })));
    const changes = changesOf(store);
    await folder.write('b.conf', list('b'));
    await eventually('it is told', () => told.length === 1);
    expect([names(store.snapshot()), changes]).toEqual([['a'], []]);
    await folder.remove('b.conf');
    await eventually('it is told that all is well', () => told.length === 2);
    expect([told, changes]).toEqual([[['b.conf ERR_CONF_INVALID'], []], []]);
  });

  it('makes few reloads of a thousand changes, and ends with the newest', { timeout: 60_000 }, async () => {
    const store = await folder.watching({ debounceMs: 100 });
    const changes = changesOf(store);
    const started = performance.now();
    let pauses = 0;
    for (let index = 0; index < 1000; index += 1) {
      const before = performance.now();
      await folder.replace('a.conflist', list(`n${index}`));
      // On a busy machine, one change can come so late after another that the store takes it for the end of them.
      if (performance.now() - before > 50) pauses += 1;
    }
    const seconds = (performance.now() - started) / 1000;
    await becomes(store, ['n999']);
    // A stream of changes is read once a second, and once more when it ends.
    expect(changes.length).toBeLessThanOrEqual(Math.ceil(seconds) + 2 + pauses);
  });

  it('reads now and then during changes that never stop', async () => {
    const store = await folder.watching({ debounceMs: 200 });
    const changes = changesOf(store);
    for (let index = 0; changes.length < 1 && index < 1500; index += 1) {
      await folder.replace('a.conflist', list(`n${index}`));
      await setTimeout(5);
    }
    expect(changes.length).toBe(1);
  });

  it('does not read again for what happens beside the folder', async () => {
    let asked = 0;
    const filter = () => {
      asked += 1;
      return true;
    };
    await folder.write('a.conflist', list('a'));
    await folder.watching({ filter });
    await setTimeout(200);
    const before = asked;
    for (const name of ['b', 'c', 'd']) {
      await folder.write(`../${name}`, '');
      await setTimeout(60);
    }
    expect(asked).toBe(before);
  });

  it('ends with what is on disk, whatever happened in whatever order', async () => {
    const store = await folder.watching({ debounceMs: 5 });
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const actions = [
      (name: string) => folder.write(`${name}.conflist`, list(`${name}${random(100)}`)),
      (name: string) => folder.replace(`${name}.conflist`, list(`${name}${random(100)}`)),
      (name: string) => folder.write(`${name}.conflist`, '{'),
      (name: string) => rm(join(folder.confDir, `${name}.conflist`), { force: true }),
      () => rm(folder.confDir, { recursive: true, force: true }),
    ];
    for (let round = 0; round < 20; round += 1) {
      for (let step = 0; step < 15; step += 1) {
        await actions[random(actions.length)]?.('abcde'.charAt(random(5)));
        if (random(3) === 0) await setTimeout(random(15));
      }
      const fresh = (await folder.store()).snapshot();
      const inOrder = (snapshot: ConfSnapshot) => JSON.stringify([names(snapshot), briefly(snapshot)]);
      await eventually(`round ${round} is read`, () => inOrder(store.snapshot()) === inOrder(fresh));
    }
  });

  it('goes on when a listener throws, which is an uncaught exception', async () => {
    const store = await folder.watching();
    const usual = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const thrown = new Promise((settle) => process.once('uncaughtException', settle));
    store.once('change', () => {
      throw new Error('thrown by a listener');
    });
    await folder.write('a.conflist', list('a'));
    expect(await thrown).toMatchObject({ message: 'thrown by a listener' });
    for (const listener of usual) process.on('uncaughtException', listener);
    await folder.write('b.conflist', list('b'));
    await becomes(store, ['a', 'b']);
  });

  it('reports a filter that throws, and recovers from it', async () => {
    let isBroken = false;
    const filter = () => {
      if (isBroken) throw new TypeError('broken filter');
      return true;
    };
    const store = await folder.watching({ filter });
    isBroken = true;
    await folder.write('a.conflist', list('a'));
    await eventually('it is reported', () => store.problems[0]?.reason === 'broken filter');
    isBroken = false;
    await folder.write('b.conflist', list('b'));
    await becomes(store, ['a', 'b']);
    expect(store.problems).toEqual([]);
  });

  it('notices nothing more once it is disposed of', async () => {
    const store = await folder.watching({ pollMs: 20 });
    const changes = changesOf(store);
    await folder.write('a.conflist', list('a'));
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    const last = store.snapshot();
    await folder.write('b.conflist', list('b'));
    await setTimeout(300);
    expect(store.snapshot()).toBe(last);
    expect(changes.flatMap(names)).not.toContain('b');
  });
});

describe('the poll', () => {
  it('finds what happens behind a link, where the kernel tells of nothing', async () => {
    const target = await folder.write('../elsewhere/a.conflist', list('a'));
    await symlink(target, join(folder.confDir, 'a.conflist'));
    const store = await folder.watching({ pollMs: 50 });
    await writeFile(target, JSON.stringify(list('b')));
    await becomes(store, ['b']);
    await rm(target);
    await becomes(store, []);
    expect(briefly(store)).toEqual(['a.conflist ERR_CONF_NOT_FOUND']);
  });

  it('finds that a folder far above has been replaced', async () => {
    await folder.write('../x/y/z/net.d/a.conflist', list('a'));
    await folder.write('../other/y/z/net.d/b.conflist', list('b'));
    const store = await folder.watching({ confDir: join(folder.root, 'x/y/z/net.d'), pollMs: 50 });
    await rename(join(folder.root, 'x'), join(folder.root, 'previous'));
    await rename(join(folder.root, 'other'), join(folder.root, 'x'));
    await becomes(store, ['b']);
    await folder.write('../x/y/z/net.d/c.conflist', list('c'));
    await becomes(store, ['b', 'c']);
  });

  it('is distinguished from a change: without one, nothing is read again', async () => {
    await folder.write('a.conflist', list('a'));
    let asked = 0;
    const filter = () => {
      asked += 1;
      return true;
    };
    await folder.watching({ pollMs: 10, filter });
    const before = asked;
    await setTimeout(300);
    // One more reading may come of what was still happening when the store was made.
    expect(asked - before).toBeLessThanOrEqual(1);
  });
});
