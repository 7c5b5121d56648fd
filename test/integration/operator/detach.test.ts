import { beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, PluginError, portMapping } from '../../../src/index.js';
import { useLab } from '../harness/lab.js';
import { portmap } from '../harness/plugins.js';
import type { Pod } from '../harness/pod.js';
import {
  configure,
  createOperator,
  gatewayBridge,
  remains,
  sideBridge,
  unconfigure,
} from './harness/operators.js';

const lab = useLab();
let operator: CNIOperator;
let pod: Pod;

beforeEach(async () => {
  pod = await lab.pod();
  await configure(lab, 'first', [gatewayBridge(lab, 122), portmap]);
  await configure(lab, 'second', [sideBridge(lab, 123)]);
  operator = await createOperator(lab);
  await attach(pod, 8080);
});

async function attach({ id, path }: Pod, hostPort: number): Promise<void> {
  const capabilityArgs = { portMappings: [portMapping({ hostPort, containerPort: 80 })] };
  await operator.attach({
    id,
    netns: path,
    networks: [{ name: 'first' }, { name: 'second' }],
    capabilityArgs,
  });
}

describe('a pod of which somebody deleted one interface', () => {
  it('fails the check of that network alone, with the reason, and can be detached', async () => {
    await pod.run('ip', 'link', 'delete', 'eth1');
    const outcomes = await operator.check({ id: pod.id, networks: [{ name: 'first' }, { name: 'second' }] });
    expect(outcomes[1]).toMatchObject({ name: 'second', ifName: 'eth1', outcome: 'failed' });
    expect(outcomes[1]?.error).toBeInstanceOf(PluginError);
    expect(outcomes[1]?.error).toMatchObject({ verb: 'CHECK', plugin: 'bridge', containerId: pod.id });
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});

describe('detaching', () => {
  it('leaves nothing when the namespace has gone first', async () => {
    await pod.netns.remove();
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves nothing when the configuration files have gone first', async () => {
    await unconfigure(lab);
    const restarted = await createOperator(lab);
    expect(restarted.snapshot().networks).toEqual([]);
    await restarted.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves nothing when both have gone, and does nothing a second time', async () => {
    await unconfigure(lab);
    await pod.netns.remove();
    const restarted = await createOperator(lab);
    await restarted.detach({ id: pod.id });
    await restarted.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('follows the configuration of the attach if the file has changed since', async () => {
    await configure(lab, 'first', [gatewayBridge(lab, 124)]);
    await operator.reload();
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});

describe('garbage collection', () => {
  it('takes down pods that are gone, and leaves the others in order', async () => {
    const valid = await lab.pod();
    await attach(valid, 8081);
    await pod.netns.remove();
    const { stale } = await operator.gc({ valid: [{ id: valid.id }] });
    expect(stale.map(({ network, containerId }) => [network, containerId])).toEqual([
      ['first', pod.id],
      ['second', pod.id],
    ]);
    expect((await remains(lab)).filter((thing) => thing.includes(pod.id))).toEqual([]);
    const [outcome] = await operator.check({ id: valid.id, networks: [{ name: 'second' }] });
    expect(outcome).toMatchObject({ outcome: 'ok' });
    await operator.detach({ id: valid.id });
    expect(await remains(lab)).toEqual([]);
  });
});
