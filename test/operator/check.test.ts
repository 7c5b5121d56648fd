import { describe, expect, it } from 'vitest';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

describe('checking', () => {
  it('has an outcome for every network', async () => {
    await host.networks.configure('old', { type: 'one' }, { cniVersion: '0.3.1' });
    await host.networks.configure('off', { type: 'one' }, { disableCheck: true });
    await host.operator.reload();
    await host.plugins.add('one', { ADD: { stdout: resultText() } });
    const networks = ['a', 'b', 'old', 'off'].map((name) => ({ name }));
    await host.operator.attach({ ...request, networks });
    await host.plugins.add('two', { CHECK: { stdout: '{"code":11,"msg":"later"}', exitCode: 1 } });
    const outcomes = await host.operator.check({ id: 'c1', networks });
    expect(outcomes).toMatchObject([
      { name: 'a', outcome: 'ok' },
      { name: 'b', outcome: 'tryLater', error: { code: 11 } },
      { name: 'old', outcome: 'unsupported' },
      { name: 'off', outcome: 'disabled' },
    ]);
    await expect(host.operator.check({ id: 'c1' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    await host.plugins.add('one', { CHECK: failure });
    expect(await host.operator.check({ id: 'c1', networks: [{ name: 'a' }] })).toMatchObject([
      { outcome: 'failed', error: { code: 100 } },
    ]);
  });
});
