import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, type PodAttachRequest, SANDBOX_KEY_ANNOTATION } from '../../src/index.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  const capabilities = { 'io.kubernetes.cri.pod-annotations': true };
  await networks.add('a', { type: 'one', capabilities });
  await networks.add('b', { type: 'two' });
  operator = await networks.operator();
});

afterEach(() => networks[Symbol.asyncDispose]());

const request = { id: 'c1', netns: '/run/netns/none' };

async function attached(more: Partial<PodAttachRequest>) {
  const { warnings } = await operator.attach({ ...request, ...more });
  const calls = await networks.plugins.calls();
  return { warnings, env: calls.map(({ env }) => env), confs: calls.map(({ stdin }) => JSON.parse(stdin)) };
}

describe('the annotations of a pod', () => {
  it('are given as a whole to a plugin that declares so, and to no other', async () => {
    const annotations = { x: '1', 'y/z': '2' };
    const { warnings, confs } = await attached({ annotations, networks: [{ name: 'a' }, { name: 'b' }] });
    expect(confs.map(({ runtimeConfig }) => runtimeConfig)).toEqual([
      { 'io.kubernetes.cri.pod-annotations': annotations },
      undefined,
    ]);
    expect(warnings).toEqual([]);
  });

  it('are not needed if there are none', async () => {
    const { confs } = await attached({});
    expect(confs[0]).not.toHaveProperty('runtimeConfig');
  });

  it('name the namespace where the request does not', async () => {
    const annotations = { [SANDBOX_KEY_ANNOTATION]: '/run/netns/isulacni-1' };
    const { env, warnings } = await attached({ netns: undefined, annotations });
    expect([env[0]?.CNI_NETNS, warnings]).toEqual(['/run/netns/isulacni-1', []]);
  });

  it('do not override the namespace of the request, and a warning says so', async () => {
    const { env, warnings } = await attached({ annotations: { sandboxkey: '/run/netns/other' } });
    expect(env[0]?.CNI_NETNS).toBe('/run/netns/none');
    expect(warnings).toEqual([
      'annotation sandboxkey is ignored: the request names the namespace /run/netns/none',
    ]);
  });

  it('and a request without a namespace are refused', async () => {
    const attaching = operator.attach({ id: 'c1', annotations: { sandboxkey: '' } });
    await expect(attaching).rejects.toMatchObject({ name: 'LibcniError', code: 'ERR_NETNS' });
  });
});

const selected = 'k8s.v1.cni.cncf.io/networks';
const named = 'v1.multus-cni.io/default-network';
const extra = 'network.alpha.kubernetes.io/network';
const all = { [selected]: 'b', [named]: 'b', [extra]: '[{"name":"b","interface":"eth1"}]' };

describe('annotations that select networks', () => {
  const listed = [{ name: 'b', ifName: 'eth1' }];
  const cases: [string, Partial<PodAttachRequest>, string[]][] = [
    ['a list of networks', { networks: listed }, [selected, named, extra]],
    ['a list with the order cri', { networks: listed, order: 'cri' }, [selected, named, extra]],
    ['the order cri', { order: 'cri' }, [selected, named]],
    ['the plain order', {}, [extra]],
  ];

  it.each(cases)('that are ignored for %s cause a warning', async (_, more, ignored) => {
    const { warnings } = await attached({ ...more, annotations: all });
    expect(warnings.map((warning) => /^annotation (\S+) is ignored: /.exec(warning)?.[1])).toEqual(ignored);
  });

  it('and are blank are not', async () => {
    expect((await attached({ networks: listed, annotations: { [selected]: ' ' } })).warnings).toEqual([]);
  });
});

describe('the arguments IP and MAC', () => {
  it.each([
    ['IP', '10.1.0.2'],
    ['IP', '10.1.0.2/24, 2001:db8::2/64'],
    ['MAC', 'C2-11-22-33-44-55'],
    ['MAC', '02:00:5e:10:00:00:00:01'],
  ])('are handed on: %s=%s', async (key, value) => {
    const { env } = await attached({ args: [[key, value]] });
    expect(env[0]?.CNI_ARGS).toContain(`${key}=${value}`);
  });

  it.each([
    ['IP', ''],
    ['IP', '10.1.0.256'],
    ['IP', '10.1.0.2,'],
    ['MAC', ''],
    ['MAC', 'c2:11:22:33:44'],
  ])('are refused before any plugin runs: %s=%s', async (key, value) => {
    for (const more of [
      { args: [[key, value]] as const },
      { networks: [{ name: 'a', args: [[key, value]] as const }] },
    ])
      await expect(operator.attach({ ...request, ...more })).rejects.toMatchObject({
        name: 'LibcniError',
        code: 'ERR_CONF_INVALID',
        value: [key, value],
        message: expect.stringContaining(key),
      });
    expect(await networks.plugins.calls()).toEqual([]);
  });
});
