import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, createNetns, type LibcniWarning, type Netns } from '../../../src/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';
import { libcniFailure, pluginFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import type { Pod } from '../harness/pod.js';
import {
  confDir,
  configure,
  createOperator,
  gatewayBridge,
  remains,
  sideBridge,
} from './harness/operators.js';

const lab = useLab();
let operator: CNIOperator;
let pod: Pod;
let warnings: LibcniWarning[];

beforeEach(async () => {
  pod = await lab.pod();
  await configure(lab, 'first', [gatewayBridge(lab, 131)]);
  await configure(lab, 'second', [sideBridge(lab, 132)]);
  operator = await createOperator(lab);
  warnings = [];
  operator.on('warning', (warning) => warnings.push(warning));
});

async function outcomes(id: string): Promise<string[]> {
  return (await operator.check({ id })).map(
    ({ name, ifName, outcome, error }) => `${name} ${ifName} ${outcome}${error ? ` ${error.message}` : ''}`,
  );
}

describe('a further network for a pod that is attached', () => {
  const second = [{ name: 'second' }];

  beforeEach(async () => {
    await operator.attach({ id: pod.id, netns: pod.path, networks: [{ name: 'first' }] });
    lab.defer(() => operator.detach({ id: pod.id }));
  });

  it('gets the next interface', async () => {
    const { networks } = await operator.attach({ id: pod.id, netns: pod.path, networks: second });
    expect(networks.map(({ ifName }) => ifName)).toEqual(['eth1']);
    expect((await outcomes(pod.id)).sort()).toEqual(['first eth0 ok', 'second eth1 ok']);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('is refused the interface of another one, which stays as it is', async () => {
    const networks = [{ name: 'second', ifName: 'eth0' }];
    const error = await libcniFailure(operator.attach({ id: pod.id, netns: pod.path, networks }));
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', value: 'eth0', network: 'second' });
    expect(error.message).toContain(`belongs to container ${pod.id} on network first`);
    expect(await outcomes(pod.id)).toEqual(['first eth0 ok']);
  });

  it('gets it once, however many ask at a time', async () => {
    const attach = () => operator.attach({ id: pod.id, netns: pod.path, networks: second });
    const settled = await Promise.allSettled([attach(), attach(), attach()]);
    const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(failed).toHaveLength(2);
    expect(['ERR_IN_USE', 'ERR_CONFLICT']).toEqual(expect.arrayContaining(failed));
    expect((await outcomes(pod.id)).sort()).toEqual(['first eth0 ok', 'second eth1 ok']);
  });

  it('is refused its interface where somebody else asks for it by another id', async () => {
    const networks = [{ name: 'second', ifName: 'eth0' }];
    const attaching = operator.attach({ id: 'somebody-else', netns: pod.path, networks });
    const error = await libcniFailure(attaching);
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', containerId: 'somebody-else' });
    expect(error.message).toContain(`belongs to container ${pod.id} on network first`);
    expect(await outcomes(pod.id)).toEqual(['first eth0 ok']);
  });

  it('leaves the interface alone where a plugin is to say whether it may have it', async () => {
    const networks = [{ name: 'second', ifName: 'eth0' }];
    const error = await pluginFailure(
      operator.attach({ id: 'somebody-else', netns: pod.path, networks, existingInterface: 'allow' }),
    );
    expect(error).toMatchObject({ plugin: 'bridge', containerId: 'somebody-else', rollbackErrors: [] });
    expect(error.message).toContain('run DEL first');
    expect(warnings.map(({ code }) => code)).toContain('INTERFACE_OF_ANOTHER');
    expect(await outcomes(pod.id)).toEqual(['first eth0 ok']);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});

describe('a pod whose namespace has the path of an earlier one that was never detached', () => {
  let netns: Netns;

  beforeEach(async () => {
    await operator.attach({ id: 'earlier', netns: pod.path });
    await pod.netns.remove();
    netns = await createNetns({ path: pod.path });
    lab.defer(() => netns.remove());
    await operator.attach({ id: 'later', netns: netns.path });
  });

  it('keeps its interface when garbage is collected', async () => {
    const { stale } = await operator.gc({ valid: [{ id: 'later' }] });
    expect(stale.map(({ containerId }) => containerId)).toEqual(['earlier']);
    expect(await outcomes('later')).toEqual(['first eth0 ok']);
    await operator.detach({ id: 'later' });
    expect(await remains(lab)).toEqual([]);
  });

  it('keeps its interface when the earlier one is detached', async () => {
    await operator.detach({ id: 'earlier' });
    expect(await outcomes('later')).toEqual(['first eth0 ok']);
    await operator.detach({ id: 'later' });
    expect(await remains(lab)).toEqual([]);
  });

  it('is taken down whole when it is detached first', async () => {
    await operator.detach({ id: 'later' });
    expect((await netns.exec('ip', ['-o', 'link', 'show'])).stdout).not.toContain('eth0');
    await operator.detach({ id: 'earlier' });
    expect(await remains(lab)).toEqual([]);
  });
});

describe('a pod in whose namespace an ADD of another container was interrupted', () => {
  async function begin(netnsIdentity?: string): Promise<void> {
    const intent = {
      network: 'first',
      containerId: 'earlier',
      ifName: 'eth0',
      netns: pod.path,
      netnsIdentity,
    };
    const config = await readFile(join(confDir(lab), 'first.conflist'), 'utf8');
    const stateDir = join(lab.cacheDir, 'libcni');
    await new Journal(stateDir).begin({ ...intent, config });
  }

  it('is attached once that has been recovered', async () => {
    await begin();
    const attach = () => operator.attach({ id: pod.id, netns: pod.path });
    const error = await libcniFailure(attach());
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', value: 'eth0' });
    expect(error.message).toContain('recover()');
    expect((await operator.recover()).undone).toHaveLength(1);
    await attach();
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('is attached immediately, and keeps its interface, if the ADD was in an earlier namespace', async () => {
    await begin('boot=earlier cookie=1');
    await operator.attach({ id: pod.id, netns: pod.path });
    expect((await operator.recover()).undone).toHaveLength(1);
    expect(await outcomes(pod.id)).toEqual(['first eth0 ok']);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});
