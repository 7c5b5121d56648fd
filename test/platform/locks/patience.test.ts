import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { LockStore } from '../../../src/platform/locks/lock-store.js';
import { Patience } from '../../../src/platform/locks/patience.js';
import { request, useHost } from '../../operator/harness/use-host.js';

const refused = (value: number) => ({ name: 'LibcniError', code: 'ERR_CONF_INVALID', value });

describe.each([Number.NaN, -1])('a time limit of %d ms for waiting', (timeoutMs) => {
  describe('given to an operator', () => {
    const host = useHost();

    it('is refused by whatever waits for locks, before anything is done', async () => {
      await host.operator.attach(request);
      const working = [
        host.operator.attach({ ...request, id: 'c2' }, { timeoutMs }),
        host.operator.check({ id: 'c1' }, { timeoutMs }),
        host.operator.detach({ id: 'c1' }, { timeoutMs }),
        host.operator.detach({ id: 'never' }, { timeoutMs }),
        host.operator.gc({ valid: [] }, { timeoutMs }),
        host.operator.recover({ timeoutMs }),
      ];
      for (const work of await Promise.allSettled(working)) {
        expect(work).toMatchObject({ status: 'rejected', reason: refused(timeoutMs) });
      }
      expect(await host.order()).toEqual(['ADD one eth0']);
    });
  });
});

describe('a time limit for a lock that another process holds', () => {
  let dir: string;
  let helpers: readonly [HelperClient, HelperClient];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'libcni-patience-'));
    helpers = [new HelperClient(), new HelperClient()];
  });

  afterEach(async () => {
    for (const helper of helpers) await helper[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });

  it('may be left out', async () => {
    const [theirs, ours] = helpers.map((helper) => new LockStore(dir, helper));
    const held = await theirs?.take('x');
    const taking = ours?.take('x', new Patience({ timeoutMs: Number.POSITIVE_INFINITY }));
    await sleep(50);
    await held?.release();
    await (await taking)?.release();
    expect(await theirs?.isHeld('x')).toBe(false);
  });
});
