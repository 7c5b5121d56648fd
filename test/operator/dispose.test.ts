import { describe, expect, it } from 'vitest';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

describe('disposing', () => {
  it('waits for an attach to its end, and takes no new work', async () => {
    await host.plugins.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await until(async () => (await host.order()).length === 1);
    const disposing = host.operator[Symbol.asyncDispose]();
    const refused = { code: 'ERR_ABORTED', message: expect.stringContaining('CNIOperator') };
    await expect(host.operator.attach({ ...request, id: 'c2' })).rejects.toMatchObject(refused);
    await expect(host.operator.detach({ id: 'c1' })).rejects.toMatchObject(refused);
    await expect(host.operator.status()).rejects.toMatchObject(refused);
    await disposing;
    expect(await host.attachments()).toEqual(['a-c1-eth0', 'b-c1-eth1']);
    expect((await attaching).networks).toHaveLength(2);
  });

  it('waits for the rollback of an attach', async () => {
    await host.plugins.add('two', { ADD: { shell: 'sleep 0.3', ...failure } });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    const failed = expect(attaching).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    await until(async () => (await host.order()).length === 2);
    await host.operator[Symbol.asyncDispose]();
    expect(await host.attachments()).toEqual([]);
    await failed;
  });
});
