import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, HelperClient, LibcniAggregateError } from '../../src/index.js';
import type { NetnsInfo } from '../../src/platform/helper/index.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

/** Has no answer for what lies on a file system that has ceased to answer. */
class SilentHelper extends HelperClient {
  isSilent = false;

  override async inspectNetns(...args: Parameters<HelperClient['inspectNetns']>): Promise<NetnsInfo> {
    if (this.isSilent) return await new Promise(() => {});
    return await super.inspectNetns(...args);
  }
}

let helper: SilentHelper;
let operator: CNIOperator;

beforeEach(async () => {
  helper = new SilentHelper();
  operator = await host.networks.operator({ helper });
  await operator.attach(request);
  helper.isSilent = true;
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

/** Sees one namespace at first, and another one when the machine has become busy. */
class BusyHelper extends HelperClient {
  isBusy = false;

  override async inspectNetns(): Promise<NetnsInfo> {
    const numbers = { inode: 5n, device: 4n, cookie: this.isBusy ? 8n : 7n };
    await sleep(this.isBusy ? 2500 : 0);
    return { ...numbers, isNetns: true, isHost: false, made: false, interfaceIndex: 0 };
  }
}

it('a namespace that is known is waited for, and another one in its place is left alone though that takes long', async () => {
  await using busy = new BusyHelper();
  operator = await host.networks.operator({ helper: busy });
  await operator.attach({ ...request, id: 'c2' });
  busy.isBusy = true;
  await operator.detach({ id: 'c2' });
  const [, del] = (await host.plugins.calls()).filter(({ env }) => env.CNI_CONTAINERID === 'c2');
  expect(del).toMatchObject({ verb: 'DEL' });
  expect(del?.env.CNI_NETNS ?? '').toBe('');
});
