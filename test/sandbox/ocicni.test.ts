import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, type OcicniPlugin, ocicniPlugin } from '../../src/index.js';
import { FixtureNetworks } from '../operator/harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;
let plugin: OcicniPlugin;

const netns = '/run/netns/none';
const pod = { name: 'web', namespace: 'shop', id: 'c1', uid: 'u1', netns };
const other = { name: 'db', namespace: 'shop', id: 'c2', netns };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  await networks.add('b', { type: 'two' });
  operator = await networks.operator();
  plugin = ocicniPlugin(operator);
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

describe('ocicniPlugin', () => {
  it('attaches a pod to the default network, with what Kubernetes calls it, and detaches it', async () => {
    const [attached, ...more] = await plugin.setUpPod({ ...pod, networks: [] });
    expect([attached, more]).toMatchObject([{ name: 'a', ifName: 'eth0', ipv4: ['10.1.0.2'] }, []]);
    const [add] = await networks.plugins.calls();
    expect(add?.env.CNI_ARGS).toContain('K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web');
    expect(add?.env.CNI_ARGS).toContain('K8S_POD_UID=u1');
    await plugin.tearDownPod({ ...pod, netns: '' });
    await plugin.tearDownPod(pod);
    expect(await networks.plugins.order()).toEqual(['ADD one', 'DEL one']);
  });

  it('attaches and detaches what it was called for, although the caller has changed its object while it waited', async () => {
    const [first, second] = [{ ...pod }, { ...pod }];
    const setUp = [plugin.setUpPod(first), plugin.tearDownPod(second)];
    Object.assign(first, { id: 'c8' });
    Object.assign(second, { id: 'c9' });
    await Promise.all(setUp);
    const ids = (await networks.plugins.calls()).map(({ env }) => env.CNI_CONTAINERID);
    expect(ids).toEqual(['c1', 'c1']);
  });

  it('refuses what is no pod, with its place', async () => {
    await expect(plugin.setUpPod(undefined as never)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    const { name: _, ...nameless } = pod;
    const refused = { code: 'ERR_CONF_INVALID', jsonPath: '$.name' };
    await expect(plugin.tearDownPod(nameless as never)).rejects.toMatchObject(refused);
    await expect(plugin.gc([pod, {}] as never)).rejects.toMatchObject({ jsonPath: '$[1].name' });
  });

  it('attaches a pod to the networks that are listed, and takes the first back where the second fails', async () => {
    const wanted = {
      ...pod,
      networks: [
        { name: 'b', ifName: 'eth0' },
        { name: 'a', ifName: 'net1' },
      ],
    };
    const attached = await plugin.setUpPod(wanted);
    expect(attached.map(({ name, ifName }) => [name, ifName])).toEqual([
      ['b', 'eth0'],
      ['a', 'net1'],
    ]);
    await plugin.tearDownPod(wanted);
    await networks.plugins.add('one', { ADD: { exitCode: 1 } });
    await expect(plugin.setUpPod(wanted)).rejects.toMatchObject({ plugin: 'one', verb: 'ADD' });
    expect(await operator.list()).toEqual([]);
  });

  it('tells the addresses of a pod once its networks were checked, and what the check found', async () => {
    await plugin.setUpPod(pod);
    expect(await plugin.getPodNetworkStatus(pod)).toMatchObject([{ network: 'a', ipv4: ['10.1.0.2'] }]);
    expect(await networks.plugins.order()).toEqual(['ADD one', 'CHECK one']);
    await networks.plugins.add('one', { CHECK: { exitCode: 1, stdout: '{"code":100,"msg":"no address"}' } });
    await expect(plugin.getPodNetworkStatus(pod)).rejects.toMatchObject({
      message: expect.stringContaining('pod c1'),
      errors: [expect.objectContaining({ msg: 'no address' })],
    });
  });

  it('has no addresses of a pod that is attached to nothing', async () => {
    await expect(plugin.getPodNetworkStatus(pod)).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      containerId: 'c1',
    });
  });

  it('lets a pod have one call at a time, and others go on beside it', async () => {
    const { root } = networks.plugins;
    const wait = `[ $CNI_CONTAINERID != c1 ] || while [ ! -e ${root}/go ]; do sleep 0.02; done`;
    await networks.plugins.add('one', { ADD: { shell: wait, stdout: '{"cniVersion":"1.0.0"}' } });
    const settingUp = plugin.setUpPod(pod);
    // Of the same pod, though of another sandbox of it.
    const later = plugin.setUpPod({ ...pod, id: 'c3' });
    await plugin.setUpPod(other);
    expect((await operator.list()).map(({ id }) => id)).toEqual(['c2']);
    await writeFile(`${root}/go`, '');
    await Promise.all([settingUp, later]);
    const added = (await networks.plugins.calls()).map(({ env }) => env.CNI_CONTAINERID);
    expect(added.indexOf('c1')).toBeLessThan(added.indexOf('c3'));
  });

  it('takes down what is recorded of other pods than these', async () => {
    await plugin.setUpPod(pod);
    await plugin.setUpPod(other);
    const stale = [{ network: 'a', containerId: 'c2', ifName: 'eth0' }];
    expect(await plugin.gc([pod])).toMatchObject({ stale });
    expect((await operator.list()).map(({ id }) => id)).toEqual(['c1']);
  });

  it('says whether pods can be attached, and why not', async () => {
    expect(await plugin.status()).toMatchObject({ ready: true });
    await networks.configure('a', { type: 'missing' });
    await operator.reload();
    expect(await plugin.status()).toMatchObject({ ready: false, reason: expect.stringContaining('missing') });
  });

  it('ends its operator, twice as well', async () => {
    await plugin.shutdown();
    await plugin.shutdown();
    await expect(plugin.setUpPod(pod)).rejects.toThrow();
  });
});

it('without an operator ocicniPlugin does nothing', async () => {
  const none = ocicniPlugin(undefined);
  expect(await none.setUpPod(pod)).toEqual([]);
  expect(await none.getPodNetworkStatus(pod)).toEqual([]);
  for (const nothing of [none.tearDownPod(pod), none.status(), none.gc([pod]), none.shutdown()])
    expect(await nothing).toBeUndefined();
});
