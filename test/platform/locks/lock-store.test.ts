import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SetAside } from '../../../src/files/state-folder.js';
import { GcGate } from '../../../src/operator/locks/gc-gate.js';
import { findHelperBinary, HelperClient, SpawnError } from '../../../src/platform/helper/index.js';
import { lockFailure } from '../../../src/platform/locks/lock-failure.js';
import { LockStore } from '../../../src/platform/locks/lock-store.js';
import { Patience } from '../../../src/platform/locks/patience.js';
import { until } from '../../integration/harness/eventually.js';
import { endProcess } from '../helper/harness/processes.js';

let dir: string;
let helpers: HelperClient[];
let stores: LockStore[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-locks-'));
  // A helper is to the others what another process is.
  helpers = Array.from({ length: 3 }, () => new HelperClient());
  stores = helpers.map((helper) => new LockStore(dir, helper));
});

afterEach(async () => {
  for (const helper of helpers) await helper[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

function store(index: number): LockStore {
  const found = stores[index];
  if (found === undefined) throw new RangeError(`there is no store ${index}`);
  return found;
}

/** Takes a lock again as soon as it has given it back, until it is told that it is enough. */
async function takeAgainAndAgain(locks: LockStore, isEnough: () => boolean): Promise<void> {
  while (!isEnough()) await locks.withLock('x', () => sleep(50));
}

describe('a lock between processes', () => {
  it('is had soon by one that waits while another takes it again and again', async () => {
    let isEnough = false;
    const greedy = takeAgainAndAgain(store(0), () => isEnough);
    const waits: number[] = [];
    for (let time = 0; time < 10; time += 1) {
      const start = performance.now();
      await store(1).withLock('x', () => sleep(5));
      waits.push(performance.now() - start);
    }
    isEnough = true;
    await greedy;
    expect(Math.max(...waits)).toBeLessThan(10_000);
    expect(await readdir(store(0).folder)).toEqual([]);
  });

  it('is had though the process that has the turn holds it without using it', async () => {
    await store(0).withLock('.turn-x', async () => {
      await store(1).withLock('x', async () => {});
    });
  });

  it('is held by one at a time', async () => {
    let inside = 0;
    const use = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(1);
      inside -= 1;
    };
    const rounds = stores.flatMap((locks) => Array.from({ length: 10 }, () => locks.withLock('x', use)));
    await Promise.all(rounds);
    expect(await readdir(store(0).folder)).toEqual([]);
  });

  it('is waited for as long as the time allows', async () => {
    await store(0).withLock('x', async () => {
      const waiting = store(1).withLock('x', async () => {}, new Patience({ timeoutMs: 50 }));
      await expect(waiting).rejects.toMatchObject({ code: 'ERR_LOCKED' });
      const controller = new AbortController();
      const cancelled = store(1).withLock('x', async () => {}, new Patience({ signal: controller.signal }));
      controller.abort();
      await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    });
    expect(await readdir(store(0).folder)).toEqual([]);
  });
});

describe('a lock inside one process', () => {
  it('is waited for as long as the time allows', async () => {
    await store(0).withLock('x', async () => {
      const waiting = store(0).withLock('x', async () => {}, new Patience({ timeoutMs: 50 }));
      await expect(waiting).rejects.toMatchObject({ code: 'ERR_LOCKED', file: store(0).fileOf('x') });
      const signal = AbortSignal.timeout(50);
      const cancelled = store(0).withLock('x', async () => {}, new Patience({ signal }));
      await expect(cancelled).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    });
    await store(0).withLock('x', async () => {});
  });

  it('is not taken if the signal was aborted before', async () => {
    const patience = new Patience({ signal: AbortSignal.abort() });
    const cancelled = store(0).withLock('x', async () => {}, patience);
    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it.each([0, 1])('is not waited for by who wants it only where it is free, in process %i', async (other) => {
    await store(0).withLock('x', async () => {
      expect(await store(other).withFreeLock('x', async () => 'taken')).toBeUndefined();
    });
    expect(await store(other).withFreeLock('x', async () => 'taken')).toBe('taken');
  });
});

describe('what is no lock among the locks', () => {
  beforeEach(async () => {
    await mkdir(store(0).fileOf('folder'), { recursive: true });
    await mkdir(store(0).fileOf('.work-folder'));
    await writeFile(store(0).fileOf('.work-text'), 'text');
    await writeFile(store(0).fileOf('left'), '');
  });

  it('is passed over by a collection, and moved aside by sweeping', async () => {
    expect(await new GcGate(store(0)).withCollection(async () => 'collected')).toBe('collected');
    expect((await readdir(store(0).folder)).sort()).toEqual(['.work-folder', '.work-text', 'folder', 'left']);
    await store(0).sweep();
    expect(await readdir(store(0).folder)).toEqual(['unreadable']);
  });

  it.each(['folder', '.work-text'])('is moved aside when somebody takes the lock: %s', async (name) => {
    const found: string[] = [];
    const onSetAside = ({ file }: SetAside) => found.push(basename(file));
    const locks = new LockStore(dir, HelperClient.shared(), { onSetAside });
    expect(await locks.withLock(name, async () => 'locked')).toBe('locked');
    expect(found).toEqual([name]);
    expect(await readdir(join(locks.folder, 'unreadable'))).toEqual([expect.stringContaining(`${name}.`)]);
  });

  it('stays where it is while somebody holds its lock', async () => {
    const file = store(0).fileOf('held');
    const locked = await store(1).take('held');
    await writeFile(file, 'text');
    expect(await store(0).tryTake('held')).toBeUndefined();
    expect(await readFile(file, 'utf8')).toBe('text');
    await locked.release();
  });

  it('may be in the place of the folder', async () => {
    await rm(store(0).folder, { recursive: true });
    await writeFile(store(0).folder, '');
    const locking = store(0).withLock('x', async () => {});
    await expect(locking).rejects.toMatchObject({ name: 'LibcniError', code: 'ERR_CACHE' });
  });
});

describe('a lock that cannot be taken', () => {
  it('for want of descriptors is a fault of the file, not somebody else who holds it', async () => {
    const binary = join(dir, 'few-descriptors');
    await writeFile(binary, `#!/bin/sh\nulimit -n 24\nexec ${findHelperBinary()} "$@"\n`, { mode: 0o755 });
    await using helper = new HelperClient({ binary });
    const locks = new LockStore(dir, helper);
    const takings = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) => locks.take(String(index), new Patience({ timeoutMs: 100 }))),
    );
    const failures = takings.flatMap((taking) => (taking.status === 'rejected' ? [taking.reason] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'ERR_CACHE',
        file: expect.stringContaining(locks.folder),
        cause: { code: 'EMFILE' },
      });
    }
  });

  it.each([
    ['ENOSPC', 'open', 'ERR_CACHE'],
    ['ENOLCK', 'flock', 'ERR_CACHE'],
    ['EACCES', 'open', 'ERR_PERMISSION'],
    ['EROFS', 'open', 'ERR_PERMISSION'],
    ['EAGAIN', 'limit', 'ERR_LOCKED'],
  ])('with %s of %s is %s', (errno, step, code) => {
    const error = lockFailure('/state/locks/x', new SpawnError(errno, step, '/state/locks/x'));
    expect(error).toMatchObject({ code, file: '/state/locks/x', message: expect.stringContaining(errno) });
  });
});

describe('the gate of garbage collection', () => {
  const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };

  it.each([0, 1])(
    'is not waited for longer than the time allows, in process %i',
    { timeout: 5000 },
    async (other) => {
      const [collecting, attaching] = [new GcGate(store(0)), new GcGate(store(other))];
      await collecting.withCollection(async () => {
        const timed = attaching.withAttachment(key, async () => {}, { timeoutMs: 100 });
        await expect(timed).rejects.toMatchObject({ code: 'ERR_LOCKED', file: store(0).fileOf('.gc') });
        const signal = AbortSignal.timeout(100);
        const cancelled = attaching.withAttachment(key, async () => {}, { signal });
        await expect(cancelled).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
      });
    },
  );

  it.each([0, 1])(
    'lets a piece of work end that takes one lock after another, in process %i',
    async (other) => {
      const done: string[] = [];
      let isBegun = false;
      const work = async () => {
        isBegun = true;
        await store(0).withLock('x', () => sleep(100));
        await sleep(50);
        await store(0).withLock('y', () => sleep(50));
        done.push('work');
      };
      const working = new GcGate(store(0)).withWork(work, new Patience());
      await until(() => isBegun);
      await new GcGate(store(other)).withCollection(async () => done.push('collection'));
      await working;
      expect(done).toEqual(['work', 'collection']);
      expect(await readdir(store(0).folder)).toEqual([]);
    },
  );

  it('waits for work that goes on for long beside other work that comes and goes', async () => {
    const gate = new GcGate(store(0));
    let isOver = false;
    const long = gate.withWork(async () => {
      await sleep(1500);
      isOver = true;
    }, new Patience());
    for (let time = 0; time < 12; time += 1) await gate.withWork(() => sleep(100), new Patience());
    await new GcGate(store(1)).withCollection(async () => expect(isOver).toBe(true));
    await long;
    expect(await readdir(store(0).folder)).toEqual([]);
  });

  it('does not have work and a collection wait for each other where a helper was killed', async () => {
    const gate = new GcGate(store(0));
    const older = gate.withWork(() => sleep(3000), new Patience());
    await until(async () =>
      (await readdir(dir, { recursive: true })).some((name) => name.includes('.work-')),
    );
    const { pid } = helpers[0] ?? {};
    endProcess(pid ?? Number.NaN);
    await until(() => helpers[0]?.pid !== pid);
    const done: string[] = [];
    let collecting: Promise<unknown> | undefined;
    const work = async () => {
      collecting = new GcGate(store(1)).withCollection(async () => done.push('collection'));
      await until(async () => existsSync(store(0).fileOf('.gc')) && (await store(2).isHeld('.gc')));
      await gate.withLock(key, async () => done.push('work'), new Patience({ timeoutMs: 2000 }));
    };
    await gate.withWork(work, new Patience());
    await Promise.all([collecting, older]);
    expect(done).toEqual(['work', 'collection']);
  });

  it('does not let a collection wait longer than its time for all attachments together', async () => {
    const keys = ['c1', 'c2', 'c3', 'c4'].map((containerId) => ({ ...key, containerId }));
    const attaching = new GcGate(store(0));
    let begun = 0;
    const working = keys.map((one, index) =>
      attaching.withAttachment(one, async () => {
        begun += 1;
        await sleep(250 * (index + 1));
      }),
    );
    await until(() => begun === keys.length);
    const collecting = new GcGate(store(1)).withCollection(async () => {}, { timeoutMs: 400 });
    await expect(collecting).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    await Promise.all(working);
  });
});
