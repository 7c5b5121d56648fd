import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CNIOperator } from '../../src/index.js';
import { until } from '../integration/harness/eventually.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' }, { cniVersion: '1.1.0' });
  operator = await networks.operator();
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

async function slowStatus(seconds: number): Promise<void> {
  await networks.plugins.add('one', { STATUS: { shell: `sleep ${seconds}` } });
}

async function isAsked(): Promise<void> {
  await until(async () => (await networks.plugins.order()).includes('STATUS one'));
}

it('says of each network whether it is ready, and why not', async () => {
  await networks.add('b', { type: 'two' });
  await networks.add('c', { type: 'three' }, { cniVersion: '1.1.0' });
  await networks.configure('d', { type: 'gone' });
  await networks.plugins.add('three', { STATUS: { stdout: '{"code":50,"msg":"starting"}', exitCode: 1 } });
  await writeFile(join(networks.confDir, 'e.conf'), '{"name":"e","plugins":[]}');
  await operator.reload();
  const status = await operator.status();
  expect(status).toMatchObject({
    ready: true,
    networks: [
      { name: 'a', ready: true },
      { name: 'b', ready: true },
      { name: 'c', ready: false, code: 50 },
      { name: 'd', ready: false, code: 'ERR_PLUGIN_NOT_FOUND' },
    ],
  });
  expect(status.problems[0]).toMatchObject({
    file: join(networks.confDir, 'e.conf'),
    hint: expect.any(String),
  });
});

it('says that a plugin may not be executed, whatever the version', async () => {
  await networks.add('b', { type: 'two' });
  await chmod(join(networks.plugins.bin, 'two'), 0o644);
  await operator.reload();
  expect((await operator.status()).networks[1]).toMatchObject({
    name: 'b',
    ready: false,
    code: 'ERR_PERMISSION',
    reason: expect.stringContaining(`${networks.plugins.bin}/two may not be executed`),
  });
});

it('is asked again after a while only', async () => {
  await Promise.all([operator.status(), operator.status()]);
  await operator.status();
  expect(await networks.plugins.order()).toEqual(['STATUS one']);
  await sleep(1100);
  await operator.status();
  expect(await networks.plugins.order()).toEqual(['STATUS one', 'STATUS one']);
});

it('a network is not ready whose plugin for addresses is missing', async () => {
  await networks.configure('a', { type: 'one', ipam: { type: 'addresses' } });
  await operator.reload();
  expect(await operator.status()).toMatchObject({
    ready: false,
    reason: expect.stringContaining('addresses'),
    networks: [{ code: 'ERR_PLUGIN_NOT_FOUND' }],
  });
  await networks.plugins.add('addresses');
  expect(await (await networks.operator()).status()).toMatchObject({ ready: true });
});

it('asks a few networks at a time', async () => {
  const running = join(networks.plugins.root, 'running');
  const shell = `mkdir -p ${running}; touch ${running}/$$; ls ${running} | wc -l >> ${running}.log; sleep 0.2; rm ${running}/$$`;
  await networks.plugins.add('one', { STATUS: { shell } });
  for (let index = 0; index < 40; index += 1)
    await networks.configure(`n${index}`, { type: 'one' }, { cniVersion: '1.1.0' });
  await operator.reload();
  expect((await operator.status()).networks).toHaveLength(41);
  const counts = (await readFile(`${running}.log`, 'utf8')).trim().split('\n').map(Number);
  expect(counts).toHaveLength(41);
  expect(Math.max(...counts)).toBeLessThanOrEqual(16);
});

it('is not ready where lo cannot be brought up', async () => {
  const needy = await networks.operator({ loopback: 'plugin' });
  expect(await needy.status()).toMatchObject({ ready: false, reason: expect.stringContaining('loopback') });
});

it('says that the named default network does not exist', async () => {
  const named = await networks.operator({ defaultNetwork: 'prod' });
  const reason = expect.stringMatching(/default network prod .*there are a/);
  expect(await named.status()).toMatchObject({ ready: false, reason });
  const attaching = named.attach({ id: 'c1', netns: '/run/netns/none' });
  await expect(attaching).rejects.toMatchObject({ code: 'ERR_NO_CONFIGS', message: reason });
});

it('lists a network that is left out for its plugins', async () => {
  await networks.configure('b', { type: 'gone' });
  const strict = await networks.operator({ validatePlugins: true });
  const { networks: found } = await strict.status();
  expect(found).toContainEqual(
    expect.objectContaining({ name: 'b', ready: false, code: 'ERR_PLUGIN_NOT_FOUND' }),
  );
});

it.each([
  ['delegate', { delegate: { type: 'missing' } }],
  ['the ipam of a delegate', { delegate: { type: 'one', ipam: { type: 'missing' } } }],
  ['one of the delegates', { delegates: [{ type: 'one' }, { type: 'missing' }] }],
  ['a list among the delegates', { delegates: [{ name: 'x', plugins: [{ type: 'missing' }] }] }],
])('a network is not ready where %s is a plugin that is missing', async (_, more) => {
  await networks.configure('a', { type: 'one', ...more });
  await operator.reload();
  expect(await operator.status()).toMatchObject({
    ready: false,
    networks: [{ code: 'ERR_PLUGIN_NOT_FOUND', reason: expect.stringContaining('missing') }],
  });
  await networks.plugins.add('missing');
  expect(await (await networks.operator()).status()).toMatchObject({ ready: true });
});

it.each([
  ['delegates that are searched in a folder of their own', { delegates: [{ type: 'x' }], binDir: '/x' }],
  [
    'what looks like delegates and names none',
    { delegate: { mtu: 1 }, delegates: ['x', null, {}], ipam: {} },
  ],
  ['a type in a key that nobody knows', { policy: { type: 'k8s' } }],
])('a network can be ready that has %s', async (_, more) => {
  await networks.configure('a', { type: 'one', ...more });
  await operator.reload();
  expect(await operator.status()).toMatchObject({ ready: true });
});

it('a caller that gives up leaves the others their answer', async () => {
  await slowStatus(0.3);
  const controller = new AbortController();
  const first = operator.status({ signal: controller.signal });
  const second = operator.status();
  await isAsked();
  controller.abort(new Error('enough'));
  await expect(first).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'enough' } });
  expect(await second).toMatchObject({ ready: true });
  expect(await networks.plugins.order()).toEqual(['STATUS one']);
});

it('says whether the end of the time or the caller ended the waiting', async () => {
  await slowStatus(0.3);
  const waiting = operator.status({ signal: AbortSignal.timeout(50) });
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_TIMEOUT', verb: 'STATUS' });
});

it('the time of one caller is not that of another', async () => {
  await slowStatus(0.3);
  const [hasty, patient] = await Promise.all([operator.status({ timeoutMs: 50 }), operator.status()]);
  expect(hasty).toMatchObject({ ready: false, networks: [{ code: 'ERR_TIMEOUT' }] });
  expect(patient).toMatchObject({ ready: true });
});

it('plugins are stopped when nobody waits any more, and asked again by the next caller', async () => {
  await slowStatus(30);
  const controller = new AbortController();
  const asking = operator.status({ signal: controller.signal });
  await isAsked();
  controller.abort();
  await expect(asking).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await networks.plugins.add('one');
  expect(await operator.status()).toMatchObject({ ready: true });
  const start = performance.now();
  await operator[Symbol.asyncDispose]();
  expect(performance.now() - start).toBeLessThan(10_000);
});

it('is not asked for by a caller that has given up', async () => {
  await expect(operator.status({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
  });
  expect(await networks.plugins.order()).toEqual([]);
});
