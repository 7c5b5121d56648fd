import { expect, it } from 'vitest';
import { until } from '../harness/eventually.js';
import { libcniFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { confDir, configure, createOperator, gatewayBridge, remains } from './harness/operators.js';

const lab = useLab();

it('the status names the plugin that a network lacks, and the other network is ready', async () => {
  await configure(lab, 'first', [gatewayBridge(lab, 125)]);
  await configure(lab, 'second', [gatewayBridge(lab, 126), { type: 'not-installed' }]);
  const operator = await createOperator(lab);
  const { ready, networks } = await operator.status();
  expect(ready).toBe(true);
  expect(networks).toMatchObject([
    { name: 'first', ready: true },
    { name: 'second', ready: false, code: 'ERR_PLUGIN_NOT_FOUND' },
  ]);
  expect(networks[1]?.reason).toContain('not-installed');
});

it('without a configuration the status says why nothing can be attached', async () => {
  const operator = await createOperator(lab);
  const status = await operator.status();
  expect(status).toMatchObject({ ready: false, networks: [] });
  expect(status.reason).toContain(confDir(lab));
});

it('a configuration that arrives makes attaching work without a restart', async () => {
  const pod = await lab.pod();
  const operator = await createOperator(lab, { watch: true, pollMs: 3_600_000 });
  const request = { id: pod.id, netns: pod.path };
  expect((await libcniFailure(operator.attach(request))).code).toBe('ERR_NO_CONFIGS');
  await configure(lab, 'arrived', [gatewayBridge(lab, 127)]);
  await until(() => operator.snapshot().defaultNetwork?.name === 'arrived');
  expect((await operator.status()).ready).toBe(true);
  const { networks } = await operator.attach(request);
  expect(networks).toMatchObject([{ name: 'arrived', ifName: 'eth0', isDefault: true }]);
  expect(await pod.addedLinks()).toEqual(['eth0']);
  await operator.detach({ id: pod.id });
  expect(await remains(lab)).toEqual([]);
});
