import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LibcniAggregateError, type OperatorOptions } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
// Other tests leave programs behind that work for a container of the usual name, and an undo waits for these.
const containerId = 'undo-limits';
const intent = { network: 'a', containerId, ifName: 'eth0', netns: '', config };

beforeEach(async () => {
  await new Journal(join(host.plugins.cacheDir, 'libcni')).begin(intent);
  await host.plugins.add('one', { DEL: { shell: 'sleep 8' } });
});

describe('undoing an interrupted ADD takes no longer than `timeoutMs`', () => {
  const options: OperatorOptions = { timeoutMs: 1500 };

  it.each([
    // recover() tries once more what has failed.
    [
      'recover',
      ['DEL one eth0', 'DEL one eth0'],
      () => host.operator.recover(options).then(({ failed }) => Promise.reject(failed[0]?.error)),
    ],
    ['detach', ['DEL one eth0'], () => host.operator.detach({ id: containerId }, options)],
    ['attach', ['DEL one eth0'], () => host.operator.attach({ ...request, id: containerId }, options)],
  ])('by %s, and stays in the journal', async (_, runs, run) => {
    const start = performance.now();
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(performance.now() - start).toBeLessThan(6000);
    expect([error, ...(error instanceof LibcniAggregateError ? error.errors : [])]).toContainEqual(
      expect.objectContaining({ code: 'ERR_TIMEOUT' }),
    );
    expect(await host.order()).toEqual(runs);
    expect(await host.stateLeft()).toEqual(['a+undo-limits+eth0.json']);
  });
});
