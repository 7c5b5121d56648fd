import { expect, it } from 'vitest';
import { useHost } from './harness/use-host.js';

const host = useHost();
const signal = AbortSignal.abort();
const netns = '/run/netns/none';

it('an attach that is aborted beforehand says what it was about, and not that it waited', async () => {
  const error = await host.operator.attach({ id: 'c1', netns }, { signal }).catch((found) => found);
  expect(error).toMatchObject({ code: 'ERR_ABORTED', verb: 'ADD', containerId: 'c1' });
  expect(error.message).not.toContain('lock');
});

it('so do a detach and a collection', async () => {
  await expect(host.operator.detach({ id: 'c1' }, { signal })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
    verb: 'DEL',
    containerId: 'c1',
  });
  await expect(host.operator.gc({ valid: [] }, { signal })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
    verb: 'GC',
  });
});

it('errors about an existing attachment, and about a missing network, have verb and container', async () => {
  await host.operator.attach({ id: 'c1', netns });
  await expect(host.operator.attach({ id: 'c1', netns })).rejects.toMatchObject({
    code: 'ERR_IN_USE',
    verb: 'ADD',
    containerId: 'c1',
    ifName: 'eth0',
  });
  const networks = [{ name: 'zz' }];
  await expect(host.operator.attach({ id: 'c2', netns, networks })).rejects.toMatchObject({
    code: 'ERR_NOT_FOUND',
    verb: 'ADD',
    containerId: 'c2',
    network: 'zz',
  });
});
