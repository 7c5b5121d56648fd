import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttachRequest, CNIOperator } from '../../../src/index.js';
import { FixtureNetworks } from '../harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

const request = {
  id: 'c1',
  netns: '/run/netns/none',
  labels: { 'io.kubernetes.pod.name': 'labelled' },
  annotations: { 'extension.network.kubernetes.io/cniargs/x': 'COLOUR=annotated' },
};

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  await networks.add('b', { type: 'two' });
  operator = await networks.operator();
});

afterEach(async () => {
  delete process.env.CNI_ARGS;
  await networks[Symbol.asyncDispose]();
});

/** What each plugin of an attach was given as `CNI_ARGS`. */
async function argsOf(more: Partial<AttachRequest>): Promise<(string | undefined)[]> {
  await operator.attach({ ...request, ...more });
  return (await networks.plugins.calls()).map(({ env }) => env.CNI_ARGS);
}

const ofPod = 'K8S_POD_INFRA_CONTAINER_ID=c1';

describe('the arguments of an attachment', () => {
  it('are those of the pod by default', async () => {
    expect(await argsOf({})).toEqual([`IgnoreUnknown=1;K8S_POD_NAME=labelled;${ofPod};COLOUR=annotated`]);
  });

  it('have every key once: that of the request wins over the pod, and that of a network over both', async () => {
    const args = [
      ['IgnoreUnknown', '0'],
      ['COLOUR', 'first'],
      ['COLOUR', 'requested'],
    ] as const;
    const own = [
      ['COLOUR', 'own'],
      ['K8S_POD_NAME', 'other'],
    ] as const;
    expect(await argsOf({ args, networks: [{ name: 'a' }, { name: 'b', args: own }] })).toEqual([
      `IgnoreUnknown=0;K8S_POD_NAME=labelled;${ofPod};COLOUR=requested`,
      `IgnoreUnknown=0;K8S_POD_NAME=other;${ofPod};COLOUR=own`,
    ]);
  });

  it('are the same on the way down', async () => {
    const args = [['COLOUR', 'requested']] as const;
    await argsOf({ networks: [{ name: 'a', args }] });
    await operator.detach({ id: 'c1' });
    const [add, del] = (await networks.plugins.calls()).map(({ env }) => env.CNI_ARGS);
    expect(del).toBe(add);
  });

  it('are not taken from the environment of this process', async () => {
    process.env.CNI_ARGS = 'COLOUR=inherited;OTHER=1';
    expect((await argsOf({})).join()).not.toMatch(/inherited|OTHER/);
  });
});
