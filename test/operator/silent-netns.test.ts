import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, HelperClient, LibcniAggregateError } from '../../src/index.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

/** Has no answer for what lies on a file system that does not answer. */
class SilentHelper extends HelperClient {
  override inspectNetns(): Promise<never> {
    return new Promise(() => {});
  }
}

let helper: SilentHelper;
let operator: CNIOperator;

beforeEach(async () => {
  helper = new SilentHelper();
  operator = await host.networks.operator({ helper });
  await operator.attach(request);
});

afterEach(async () => {
  await helper[Symbol.asyncDispose]();
});

describe('a namespace of which nothing can be told in time', () => {
  const named = { network: 'a', containerId: 'c1', ifName: 'eth0' };

  it('is what a detach fails with, and keeps the record', async () => {
    const detaching = operator.detach({ id: 'c1' }, { timeoutMs: 200 });
    const errors = [expect.objectContaining({ code: 'ERR_TIMEOUT', verb: 'DEL', ...named })];
    await expect(detaching).rejects.toMatchObject({ errors });
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('is what a check reports', async () => {
    const [outcome] = await operator.check({ id: 'c1' }, { timeoutMs: 200 });
    expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'ERR_TIMEOUT' } });
  });

  it.each(['detach', 'check'] as const)('does not hold up a caller who ends a %s', async (verb) => {
    const ended = operator[verb]({ id: 'c1' }, { signal: AbortSignal.timeout(200) });
    const error: unknown = await ended.catch((thrown: unknown) => thrown);
    expect([error, ...(error instanceof LibcniAggregateError ? error.errors : [])]).toContainEqual(
      expect.objectContaining({ code: 'ERR_TIMEOUT' }),
    );
  });
});
