import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CNIOperator } from '../../src/index.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  await networks.add('b', { type: 'two' });
  operator = await networks.operator();
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

it('a detach does not stop a running attach: networks that it attaches later stay', async () => {
  await networks.plugins.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
  const attaching = operator.attach({
    id: 'c1',
    netns: '/run/netns/none',
    networks: [{ name: 'a' }, { name: 'b' }],
  });
  await until(async () => (await networks.plugins.order()).length === 1);
  await operator.detach({ id: 'c1' });
  expect((await attaching).networks).toHaveLength(2);
  expect(await networks.plugins.order()).toContain('DEL one');
  expect(await operator.check({ id: 'c1' })).toMatchObject([{ name: 'b', outcome: 'ok' }]);
});
