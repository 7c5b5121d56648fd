import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LibcniWarning, networkStatus } from '../../src/index.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

describe('attaching', () => {
  it('uses the default network on eth0 and yields what a runtime wants to know', async () => {
    const { networks, warnings } = await host.operator.attach(request);
    expect(networks).toMatchObject([
      { name: 'a', ifName: 'eth0', ipv4: ['10.1.0.2'], ipv6: [], addresses: ['10.1.0.2/24'] },
    ]);
    expect(warnings).toEqual([]);
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
    expect(await host.stateLeft()).toEqual([]);
  });

  it('gives what the status annotation of a pod is made of', async () => {
    const labels = { 'io.kubernetes.pod.namespace': 'ns' };
    const annotations = { 'k8s.v1.cni.cncf.io/networks': 'b@data0,other/a' };
    const result = await host.operator.attach({ ...request, labels, annotations });
    expect(JSON.parse(networkStatus(result))).toMatchObject([
      { name: 'ns/a', interface: 'eth0', ips: ['10.1.0.2'], default: true },
      { name: 'ns/b', interface: 'eth0' },
      { name: 'other/a' },
    ]);
  });

  it('uses the networks that are asked for, in order, and fills interfaces in', async () => {
    const networks = [{ name: 'b' }, { name: 'a', ifName: 'eth1' }, { name: 'b' }];
    await host.operator.attach({ ...request, networks });
    expect(await host.order()).toEqual(['ADD two eth0', 'ADD one eth1', 'ADD two eth2']);
  });

  it('follows the default network by those that the annotation selects, each with its own arguments', async () => {
    await host.networks.configure('b', { type: 'two', capabilities: { ips: true } });
    await host.operator.reload();
    const selection = [
      { name: 'b', ips: ['10.2.0.2/24'], 'cni-args': { k: 1 } },
      { name: 'b', interface: 'data0' },
    ];
    const annotations = { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(selection) };
    await host.operator.attach({ ...request, annotations });
    expect(await host.order()).toEqual(['ADD one eth0', 'ADD two net1', 'ADD two data0']);
    const stdins = (await host.plugins.calls()).map(({ stdin }) => JSON.parse(stdin));
    expect(stdins[1]).toMatchObject({ args: { cni: { k: 1 } }, runtimeConfig: { ips: ['10.2.0.2/24'] } });
    expect(stdins[2].args).toBeUndefined();
  });

  it('is undone in the trace that it belongs to', async () => {
    const annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"b","ips":["10.2.0.77/24"]}]' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const attaching = host.operator.attach({ ...request, annotations }, { trace: { traceparent } });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    const runs = (await host.plugins.calls()).map(({ env }) => [env.CNI_COMMAND, env.TRACEPARENT]);
    expect(runs).toEqual(['ADD', 'ADD', 'DEL', 'DEL'].map((verb) => [verb, traceparent]));
  });

  it('fails where the plugins do not give the address that a selection insists on', async () => {
    const annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"b","ips":["10.2.0.77/24"]}]' };
    await expect(host.operator.attach({ ...request, annotations })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      value: '10.2.0.77/24',
      network: 'b',
    });
    expect((await host.order()).slice(2)).toEqual(['DEL two net1', 'DEL one eth0']);
    expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
  });

  it('gives the arguments of the pod to the first network, and reports those that nobody declares', async () => {
    const annotations = { portMappings: '[{"hostPort":8080,"containerPort":80}]', aliases: '["x"]' };
    const labels = { 'io.kubernetes.pod.name': 'p', 'io.kubernetes.pod.namespace': 'ns' };
    const networks = [{ name: 'a' }, { name: 'b' }];
    const { warnings } = await host.operator.attach({
      ...request,
      networks,
      annotations,
      labels,
      args: [['X', '1']],
    });
    const [one, two] = await host.plugins.calls();
    expect(JSON.parse(one?.stdin ?? '').runtimeConfig.portMappings).toMatchObject([
      { hostPort: 8080, protocol: 'tcp' },
    ]);
    expect(JSON.parse(two?.stdin ?? '').runtimeConfig).toBeUndefined();
    const args = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=p;K8S_POD_INFRA_CONTAINER_ID=c1;X=1';
    expect([one?.env.CNI_ARGS, two?.env.CNI_ARGS]).toEqual([args, args]);
    expect(warnings).toEqual(['no plugin of network a declares aliases']);
  });

  it('finds a network whose file was written a moment ago', async () => {
    await host.networks.configure('c', { type: 'two' });
    await host.operator.attach({ ...request, networks: [{ name: 'c' }] });
    expect(await host.attachments()).toEqual(['c-c1-eth0']);
  });

  it('has the limits that were there when it was called', async () => {
    const limits = { timeoutMs: 60_000 };
    const attaching = host.operator.attach(request, limits);
    limits.timeoutMs = -1;
    await attaching;
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('does not look for a network for longer than it may', async () => {
    const file = join(host.networks.confDir, 'slow.conflist');
    const writing = setInterval(() => void appendFile(file, '{'), 50);
    const start = performance.now();
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'nope' }] }, { timeoutMs: 200 });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', network: 'nope' });
    clearInterval(writing);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('leaves the default routes to one selection', async () => {
    const selection = [
      { name: 'b', 'default-route': ['10.2.0.1'] },
      { name: 'b', 'default-route': [] },
    ];
    const annotations = { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(selection) };
    const attaching = host.operator.attach({ ...request, annotations });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_ANNOTATION' });
    expect(await host.order()).toEqual([]);
  });

  it('uses the Kubernetes namespace of a pod unchanged, and ignores an empty one', async () => {
    const annotations = { 'k8s.v1.cni.cncf.io/networks': 'b' };
    for (const [id, namespace] of [
      ['c1', 'My_Ns'],
      ['c2', ''],
    ] as const) {
      const labels = { 'io.kubernetes.pod.namespace': namespace };
      const attached = await host.operator.attach({ ...request, id, annotations, labels });
      expect(JSON.parse(networkStatus(attached))[1].name).toBe(`${namespace || 'default'}/b`);
    }
  });

  it('in the order cri attaches extra networks first and gives all of them the arguments', async () => {
    const annotations = {
      'network.alpha.kubernetes.io/network': '[{"name":"b","interface":"eth1"}]',
      mac: '00:00:00:00:00:01',
    };
    const { warnings } = await host.operator.attach({ ...request, order: 'cri', annotations });
    expect(await host.order()).toEqual(['ADD two eth1', 'ADD one eth0']);
    expect(warnings).toEqual(['no plugin of network b declares mac']);
  });

  it.each([
    [{ order: 'cri' as const, networks: [{ name: 'b' }] }, ['ADD two eth1', 'ADD one eth0']],
    [{ networks: [{ name: 'a' }, { name: 'b', ifName: 'eth0' }] }, ['ADD one eth1', 'ADD two eth0']],
    [{ networks: [{ name: 'b' }, { name: 'a' }], defaultIfName: 'eth0' }, ['ADD two eth1', 'ADD one eth0']],
    [{ networks: [{ name: 'a' }, { name: 'b' }], defaultIfName: 'net7' }, ['ADD one net7', 'ADD two eth0']],
  ])('fills in an interface that nobody else wants for %j', async (more, expected) => {
    await host.operator.attach({ ...request, ...more });
    expect(await host.order()).toEqual(expected);
  });

  it('gives no name to two networks where the caller insists on it', async () => {
    const networks = [{ name: 'a' }, { name: 'b', ifName: 'eth0' }];
    const attaching = host.operator.attach({ ...request, networks, defaultIfName: 'eth0' });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONFLICT', value: 'eth0' });
  });

  it('in the order cri lets an extra network replace the default one on its interface', async () => {
    await host.operator.attach({ ...request, order: 'cri', networks: [{ name: 'b', ifName: 'eth0' }] });
    expect(await host.order()).toEqual(['ADD two eth0']);
  });

  it.each([
    [{ order: 'cri' as const, networks: [{ name: 'a', ifName: 'eth1' }] }, 'ERR_CONFLICT'],
    [
      {
        networks: [
          { name: 'a', ifName: 'x' },
          { name: 'b', ifName: 'x' },
        ],
      },
      'ERR_CONFLICT',
    ],
    [{ networks: [{ name: 'unknown' }] }, 'ERR_NOT_FOUND'],
    [{ networks: [{ name: 'a', ifName: 'eth%d' }] }, 'ERR_CONF_INVALID'],
    [{ annotations: { 'k8s.v1.cni.cncf.io/networks': 'b@net%d' } }, 'ERR_CONF_INVALID'],
    [{ annotations: { mac: 'nope' } }, 'ERR_ANNOTATION'],
    [{ annotations: { 'k8s.v1.cni.cncf.io/networks': '[{]' } }, 'ERR_ANNOTATION'],
  ])('refuses %j before any plugin runs', async (more, code) => {
    await expect(host.operator.attach({ ...request, ...more })).rejects.toMatchObject({
      name: 'LibcniError',
      code,
    });
    expect(await host.plugins.calls()).toEqual([]);
  });

  it('without a default network says what is wrong with the files', async () => {
    await rm(host.networks.confDir, { recursive: true });
    await mkdir(host.networks.confDir);
    await writeFile(join(host.networks.confDir, 'x.conflist'), '{"name":"x","plugins":[{}]}');
    await host.operator.reload();
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringContaining('x.conflist'),
    });
  });

  it('takes down what it attached when a later network fails, and keeps no state', async () => {
    await host.plugins.add('two', { ADD: failure });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await expect(attaching).rejects.toMatchObject({
      name: 'PluginError',
      code: 100,
      plugin: 'two',
      rollbackErrors: [],
    });
    expect(await host.order()).toEqual(['ADD one eth0', 'ADD two eth1', 'DEL two eth1', 'DEL one eth0']);
    // There is no such namespace any more.
    expect((await host.plugins.calls()).at(-1)?.env.CNI_NETNS).toBe('');
    expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
  });

  it('reports what it could not remove together with the failure', async () => {
    await host.plugins.add('one', { ADD: { stdout: resultText() }, DEL: { exitCode: 9 } });
    await host.plugins.add('two', { ADD: failure });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await expect(attaching).rejects.toMatchObject({
      code: 100,
      rollbackErrors: [{ plugin: 'one', verb: 'DEL', exitCode: 9 }],
    });
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('refuses an attachment that exists and leaves it alone', async () => {
    await host.operator.attach(request);
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      network: 'a',
      ifName: 'eth0',
    });
    expect(await host.order()).toEqual(['ADD one eth0']);
  });

  it('refuses a host port that another container has, and names it', async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
    await host.operator.attach({ ...request, capabilityArgs });
    const attaching = host.operator.attach({ ...request, id: 'c2', capabilityArgs });
    await expect(attaching).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('container c1 on network a (eth0)'),
    });
    expect(await host.order()).toEqual(['ADD one eth0']);
    await host.operator.detach({ id: 'c1' });
    await host.operator.attach({ ...request, id: 'c2', capabilityArgs });
  });

  it('refuses it before any plugin runs, whichever of its networks maps it', async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
    await host.operator.attach({ ...request, capabilityArgs });
    const networks = [{ name: 'b' }, { name: 'a', capabilityArgs }];
    await expect(host.operator.attach({ ...request, id: 'c2', networks })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('container c1 on network a (eth0)'),
    });
    expect(await host.order()).toEqual(['ADD one eth0']);
  });

  it('refuses a host port that leads to two ports of the container, before any plugin runs', async () => {
    const to = (containerPort: number) => ({
      portMappings: [{ hostPort: 8080, containerPort, protocol: 'tcp' }],
    });
    const networks = [
      { name: 'a', capabilityArgs: to(80) },
      { name: 'a', ifName: 'eth1', capabilityArgs: to(81) },
    ];
    await expect(host.operator.attach({ ...request, networks })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('container c1 on network a (eth0)'),
      ifName: 'eth1',
    });
    expect(await host.order()).toEqual([]);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])(
    'has no conflict of host ports between network %s and %s, of which one maps none',
    async (first, second) => {
      const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
      await host.operator.attach({ ...request, networks: [{ name: first, capabilityArgs }] });
      await host.operator.attach({ ...request, id: 'c2', networks: [{ name: second, capabilityArgs }] });
      expect(await host.attachments()).toHaveLength(2);
    },
  );

  it('of two containers at a time lets only one have a host port', async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
    const ids = ['c1', 'c2', 'c3', 'c4'];
    const outcomes = await Promise.allSettled(
      ids.map((id) => host.operator.attach({ ...request, id, capabilityArgs })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await host.attachments()).toHaveLength(1);
  });

  it('has its intent on disk before the first plugin runs', async () => {
    const journal = join(host.plugins.cacheDir, 'libcni', 'journal', 'a+c1+eth0.json');
    await host.plugins.add('one', {
      ADD: { shell: `cp ${journal} ${host.plugins.root}/seen`, stdout: resultText() },
    });
    await host.operator.attach(request);
    expect(await readdir(host.plugins.root)).toContain('seen');
    expect(await host.stateLeft()).toEqual([]);
  });

  it('succeeds if a folder has taken the place of its intent; the folder is moved aside with a warning', async () => {
    const intent = join(host.plugins.cacheDir, 'libcni', 'journal', 'a+c1+eth0.json');
    await host.plugins.add('one', { ADD: { shell: `rm ${intent}; mkdir ${intent}`, stdout: resultText() } });
    const heard: LibcniWarning[] = [];
    const operator = await host.networks.operator({ sync: true });
    operator.on('warning', (warning) => heard.push(warning));
    const { networks, warnings } = await operator.attach(request);
    expect(networks).toHaveLength(1);
    expect(heard).toMatchObject([{ code: 'STATE_FILE_SET_ASIDE', network: 'a', containerId: 'c1' }]);
    expect(warnings).toEqual([heard[0]?.message]);
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('has such a folder moved aside also where its record is synced later', async () => {
    const intent = join(host.plugins.cacheDir, 'libcni', 'journal', 'a+c1+eth0.json');
    await host.plugins.add('one', { ADD: { shell: `rm ${intent}; mkdir ${intent}`, stdout: resultText() } });
    const heard: LibcniWarning[] = [];
    host.operator.on('warning', (warning) => heard.push(warning));
    await host.operator.attach(request);
    await host.operator.close();
    expect(heard).toMatchObject([{ code: 'STATE_FILE_SET_ASIDE', network: 'a', containerId: 'c1' }]);
  });

  it('returns its own warnings, not those of another attach of the container', async () => {
    await host.plugins.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const first = host.operator.attach(request);
    await until(async () => (await host.order()).length === 1);
    const networks = [{ name: 'b', ifName: 'eth1', capabilityArgs: { ips: ['10.0.0.1'] } }];
    expect((await host.operator.attach({ ...request, networks })).warnings).toHaveLength(1);
    expect((await first).warnings).toEqual([]);
  });

  it('gives up waiting for an attach of the same process when its time is up', async () => {
    await host.plugins.add('one', { ADD: { shell: 'sleep 1', stdout: resultText() } });
    const first = host.operator.attach(request);
    await until(async () => (await host.order()).length === 1);
    await expect(host.operator.attach(request, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'ERR_LOCKED',
    });
    await first;
  });

  it('can be cancelled while it waits for the lock of its attachment', async () => {
    await host.plugins.add('one', { ADD: { shell: 'sleep 3', stdout: resultText() } });
    let hasEnded = false;
    const first = host.operator.attach(request).finally(() => {
      hasEnded = true;
    });
    const signal = AbortSignal.timeout(100);
    await expect(host.operator.attach(request, { signal })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(hasEnded).toBe(false);
    await first;
  });
});
