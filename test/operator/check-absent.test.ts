import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const absent = { outcome: 'failed', error: { code: 'ERR_NOT_FOUND', verb: 'CHECK', containerId: 'c1' } };

describe('what is listed for a check and is not attached has failed', () => {
  it.each([
    ['a network', { name: 'a' }, { name: 'a', ifName: '' }],
    ['an interface of a network', { name: 'a', ifName: 'eth0' }, { name: 'a', ifName: 'eth0' }],
    ['an unknown network', { name: 'never' }, { name: 'never', ifName: '' }],
    ['its interface', { name: 'never', ifName: 'eth0' }, { name: 'never', ifName: 'eth0' }],
  ])('%s', async (_, wanted, named) => {
    const [outcome, ...more] = await host.operator.check({ id: 'c1', networks: [wanted] });
    expect([outcome, more]).toMatchObject([{ ...absent, ...named }, []]);
    expect(outcome?.error).toMatchObject({ network: wanted.name });
    expect(await host.order()).toEqual([]);
  });

  it('in the place where it is listed, beside what is attached', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'a', ifName: 'net1' }] });
    const networks = [{ name: 'b' }, { name: 'a', ifName: 'net7' }, { name: 'a' }, { name: 'never' }];
    expect(await host.operator.check({ id: 'c1', networks })).toMatchObject([
      { ...absent, name: 'b', ifName: '' },
      { ...absent, name: 'a', ifName: 'net7' },
      { name: 'a', ifName: 'eth0', outcome: 'ok' },
      { name: 'a', ifName: 'net1', outcome: 'ok' },
      { ...absent, name: 'never', ifName: '' },
    ]);
  });

  it('on the interface that the default network would have', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a', ifName: 'net1' }] });
    const target = { id: 'c1', networks: [{ name: 'a' }], defaultIfName: 'net2' };
    expect(await host.operator.check(target)).toMatchObject([{ ...absent, name: 'a', ifName: 'net2' }]);
  });

  it('but not where its record is broken: then that is what is wrong', async () => {
    await host.operator.attach(request);
    await writeFile(join(host.plugins.cacheDir, 'results', 'a-c1-eth0'), '');
    const outcomes = await host.operator.check({ id: 'c1', networks: [{ name: 'a' }] });
    expect(outcomes).toMatchObject([
      { name: 'a', ifName: 'eth0', outcome: 'failed', error: { code: 'ERR_CACHE' } },
    ]);
  });

  it('and nothing has where nothing is listed', async () => {
    expect(await host.operator.check({ id: 'c1' })).toEqual([]);
  });
});
