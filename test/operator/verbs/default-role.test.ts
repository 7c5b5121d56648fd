import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AttachRequest, type CNIOperator, networkStatus } from '../../../src/index.js';
import { FixtureNetworks } from '../harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  for (const name of ['a', 'b', 'c']) await networks.add(name, { type: `plugin-${name}` });
  operator = await networks.operator();
});

afterEach(() => networks[Symbol.asyncDispose]());

/** The attachments as the status annotation tells of them; that of the default network is marked. */
async function marked(request: Partial<AttachRequest>): Promise<string[]> {
  const attached = await operator.attach({ id: 'c1', netns: '/run/netns/none', ...request });
  const entries: { name: string; default?: boolean }[] = JSON.parse(networkStatus(attached));
  expect(attached.networks.map(({ isDefault }) => isDefault || undefined)).toEqual(
    entries.map((entry) => entry.default),
  );
  return entries.map(({ name, default: isDefault }) => `${name}${isDefault ? ' (default)' : ''}`);
}

const selected = 'k8s.v1.cni.cncf.io/networks';

describe('the cluster default network in the status annotation', () => {
  it('is the last one with the order cri', async () => {
    const annotations = { 'network.alpha.kubernetes.io/network': '[{"name":"b","interface":"eth1"}]' };
    expect(await marked({ order: 'cri', annotations })).toEqual(['default/b', 'default/a (default)']);
  });

  it('is the extra network that takes its interface with the order cri', async () => {
    const wanted = [
      { name: 'b', ifName: 'eth0' },
      { name: 'c', ifName: 'eth1' },
    ];
    expect(await marked({ order: 'cri', networks: wanted })).toEqual(['default/c', 'default/b (default)']);
  });

  it('is the first one where an annotation puts another in its place', async () => {
    const annotations = { 'v1.multus-cni.io/default-network': 'infra/c', [selected]: 'a,b' };
    expect(await marked({ annotations })).toEqual(['infra/c (default)', 'default/a', 'default/b']);
  });

  it('is the first one before those that are selected, itself among them', async () => {
    expect(await marked({ annotations: { [selected]: 'a,b' } })).toEqual([
      'default/a (default)',
      'default/a',
      'default/b',
    ]);
  });

  it('is where the caller lists it, once', async () => {
    const wanted = [{ name: 'b' }, { name: 'a' }, { name: 'a' }];
    expect(await marked({ networks: wanted })).toEqual(['default/b', 'default/a (default)', 'default/a']);
  });

  it('does not exist if the caller does not list it', async () => {
    expect(await marked({ networks: [{ name: 'b' }] })).toEqual(['default/b']);
  });
});
