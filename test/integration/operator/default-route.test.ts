import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LibcniWarning, networkStatus } from '../../../src/index.js';
import { useLab } from '../harness/lab.js';
import type { Pod } from '../harness/pod.js';
import { readJson } from '../harness/run.js';
import { configure, createOperator, gatewayBridge, remains, sideBridge } from './harness/operators.js';

const lab = useLab();
let pod: Pod;

beforeEach(async () => {
  pod = await lab.pod();
  await configure(lab, 'first', [gatewayBridge(lab, 140)]);
  await configure(lab, 'second', [gatewayBridge(lab, 141)]);
  await configure(lab, 'third', [sideBridge(lab, 142)]);
});

async function attach(...selection: object[]) {
  const operator = await createOperator(lab);
  const annotations = { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(selection) };
  return { operator, attached: await operator.attach({ id: pod.id, netns: pod.path, annotations }) };
}

const hop = { gateway: z.string().optional(), dev: z.string().optional() };
const routes = z.array(z.looseObject({ ...hop, nexthops: z.array(z.looseObject(hop)).optional() }));

/** The hops of a family's default routes, as `gateway interface`; a list of its own for each route. */
async function defaultRoutes(family: '-4' | '-6'): Promise<string[][]> {
  const shown = await readJson(routes, pod.path, 'ip', '-j', family, 'route', 'show', 'default');
  return shown.map((route) => (route.nexthops ?? [route]).map(({ gateway, dev }) => `${gateway} ${dev}`));
}

describe('the default routes that a selection asks for', () => {
  it.each([
    ['a gateway', ['10.141.0.1']],
    ['what its plugins made', []],
  ])('are taken from networks that share one in the kernel, for %s', async (_, gateways) => {
    // Two IPv6 default routes of the same metric are one route with two hops.
    const { operator } = await attach({ name: 'second', 'default-route': gateways });
    expect([await defaultRoutes('-4'), await defaultRoutes('-6')]).toEqual([
      [['10.141.0.1 net1']],
      [['fd10:141::1 net1']],
    ]);
    const outcomes = await operator.check({ id: pod.id });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('without a gateway, on a network that makes none, leave the pod without any, and cause a warning', async () => {
    const operator = await createOperator(lab);
    const warnings: LibcniWarning[] = [];
    operator.on('warning', (warning) => warnings.push(warning));
    const annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"third","default-route":[]}]' };
    await operator.attach({ id: pod.id, netns: pod.path, annotations });
    expect([await defaultRoutes('-4'), await defaultRoutes('-6')]).toEqual([[], []]);
    expect(warnings).toMatchObject([
      { code: 'NO_DEFAULT_ROUTE', network: 'third', containerId: pod.id, ifName: 'net1' },
    ]);
    expect(warnings[0]?.message).toContain('name a gateway');
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('can have several gateways, each of which is a hop', async () => {
    const gateways = ['10.142.0.1', 'fd10:142::1', '10.142.0.9', 'fd10:142::9'];
    const { operator, attached } = await attach(
      { name: 'second' },
      { name: 'third', 'default-route': gateways },
    );
    expect([await defaultRoutes('-4'), await defaultRoutes('-6')]).toEqual([
      [['10.142.0.1 net2', '10.142.0.9 net2']],
      [['fd10:142::1 net2', 'fd10:142::9 net2']],
    ]);
    expect(JSON.parse(networkStatus(attached))[2].gateway.sort()).toEqual([...gateways].sort());
    const outcomes = await operator.check({ id: pod.id });
    expect(outcomes.map(({ outcome, error }) => [outcome, error?.message])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
      ['ok', undefined],
    ]);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});
