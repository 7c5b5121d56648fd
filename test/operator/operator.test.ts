import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CNIOperator,
  type CNIOperatorOptions,
  HelperClient,
  type LibcniWarning,
  networkStatus,
} from '../../src/index.js';
import { Journal } from '../../src/operator/state/journal.js';
import { LockStore } from '../../src/operator/state/lock-store.js';
import { PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';

let folder: PluginFolder;
let operator: CNIOperator;

const request = { id: 'c1', netns: '/run/netns/none' };
const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

beforeEach(async () => {
  folder = await PluginFolder.create();
  await mkdir(confDir());
  await configure('10-a', { type: 'one', capabilities: { portMappings: true, mac: true } });
  await configure('20-b', { type: 'two' });
  await folder.add('one', { ADD: { stdout: resultText('10.1.0.2/24') } });
  await folder.add('two', { ADD: { stdout: resultText('10.2.0.2/24') } });
  operator = await create();
});

afterEach(async () => {
  await operator[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function confDir(): string {
  return join(folder.root, 'net.d');
}

function create(more: CNIOperatorOptions = {}): Promise<CNIOperator> {
  const { bin, cacheDir } = folder;
  return CNIOperator.create({ confDir: confDir(), binDirs: [bin], cacheDir, loopback: 'none', ...more });
}

async function configure(file: string, plugin: object, more: object = {}): Promise<void> {
  const content = { cniVersion: '1.0.0', name: file.slice(3), plugins: [plugin], ...more };
  await writeFile(join(confDir(), `${file}.conflist`), JSON.stringify(content));
}

async function stateLeft(): Promise<string[]> {
  const state = join(folder.cacheDir, 'libcni');
  const journal = (await readdir(join(state, 'journal')).catch(() => [])).filter((name) => name !== 'tmp');
  return [...journal, ...(await readdir(join(state, 'locks')).catch(() => []))];
}

async function attachments(): Promise<string[]> {
  const names = await readdir(join(folder.cacheDir, 'results')).catch(() => []);
  return names.sort();
}

async function order(): Promise<string[]> {
  return (await folder.calls()).map(({ verb, plugin, env }) => `${verb} ${plugin} ${env.CNI_IFNAME}`);
}

describe('attaching', () => {
  it('uses the default network on eth0 and yields what a runtime wants to know', async () => {
    const { networks, warnings } = await operator.attach(request);
    expect(networks).toMatchObject([
      { name: 'a', ifName: 'eth0', ipv4: ['10.1.0.2'], ipv6: [], addresses: ['10.1.0.2/24'] },
    ]);
    expect(warnings).toEqual([]);
    expect(await attachments()).toEqual(['a-c1-eth0']);
    expect(await stateLeft()).toEqual([]);
  });

  it('gives what the status annotation of a pod is made of', async () => {
    const labels = { 'io.kubernetes.pod.namespace': 'ns' };
    const annotations = { 'k8s.v1.cni.cncf.io/networks': 'b@data0,other/a' };
    const result = await operator.attach({ ...request, labels, annotations });
    expect(JSON.parse(networkStatus(result))).toMatchObject([
      { name: 'ns/a', interface: 'eth0', ips: ['10.1.0.2'], default: true },
      { name: 'ns/b', interface: 'eth0' },
      { name: 'other/a' },
    ]);
  });

  it('uses the networks that are asked for, in order, and fills interfaces in', async () => {
    const networks = [{ name: 'b' }, { name: 'a', ifName: 'eth1' }, { name: 'b' }];
    await operator.attach({ ...request, networks });
    expect(await order()).toEqual(['ADD two eth0', 'ADD one eth1', 'ADD two eth2']);
  });

  it('follows the default network by those that the annotation selects, each with its own arguments', async () => {
    await configure('20-b', { type: 'two', capabilities: { ips: true } });
    await operator.reload();
    const selection = [
      { name: 'b', ips: ['10.2.0.2/24'], 'cni-args': { k: 1 } },
      { name: 'b', interface: 'data0' },
    ];
    const annotations = { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(selection) };
    await operator.attach({ ...request, annotations });
    expect(await order()).toEqual(['ADD one eth0', 'ADD two net1', 'ADD two data0']);
    const stdins = (await folder.calls()).map(({ stdin }) => JSON.parse(stdin));
    expect(stdins[1]).toMatchObject({ args: { cni: { k: 1 } }, runtimeConfig: { ips: ['10.2.0.2/24'] } });
    expect(stdins[2].args).toBeUndefined();
  });

  it('fails where the plugins do not give the address that a selection insists on', async () => {
    const annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"b","ips":["10.2.0.77/24"]}]' };
    await expect(operator.attach({ ...request, annotations })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      value: '10.2.0.77/24',
      network: 'b',
    });
    expect((await order()).slice(2)).toEqual(['DEL two net1', 'DEL one eth0']);
    expect([...(await attachments()), ...(await stateLeft())]).toEqual([]);
  });

  it('gives the arguments of the pod to the first network, and reports those that nobody declares', async () => {
    const annotations = { portMappings: '[{"hostPort":8080,"containerPort":80}]', aliases: '["x"]' };
    const labels = { 'io.kubernetes.pod.name': 'p', 'io.kubernetes.pod.namespace': 'ns' };
    const networks = [{ name: 'a' }, { name: 'b' }];
    const { warnings } = await operator.attach({
      ...request,
      networks,
      annotations,
      labels,
      args: [['X', '1']],
    });
    const [one, two] = await folder.calls();
    expect(JSON.parse(one?.stdin ?? '').runtimeConfig.portMappings).toMatchObject([
      { hostPort: 8080, protocol: 'tcp' },
    ]);
    expect(JSON.parse(two?.stdin ?? '').runtimeConfig).toBeUndefined();
    const args = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=p;K8S_POD_INFRA_CONTAINER_ID=c1;X=1';
    expect([one?.env.CNI_ARGS, two?.env.CNI_ARGS]).toEqual([args, args]);
    expect(warnings).toEqual(['no plugin of network a declares aliases']);
  });

  it('in the order cri attaches extra networks first and gives all of them the arguments', async () => {
    const annotations = {
      'network.alpha.kubernetes.io/network': '[{"name":"b","interface":"eth1"}]',
      mac: '00:00:00:00:00:01',
    };
    const { warnings } = await operator.attach({ ...request, order: 'cri', annotations });
    expect(await order()).toEqual(['ADD two eth1', 'ADD one eth0']);
    expect(warnings).toEqual(['no plugin of network b declares mac']);
  });

  it.each([
    [{ order: 'cri' as const, networks: [{ name: 'b' }] }, ['ADD two eth1', 'ADD one eth0']],
    [{ networks: [{ name: 'a' }, { name: 'b', ifName: 'eth0' }] }, ['ADD one eth1', 'ADD two eth0']],
    [{ networks: [{ name: 'b' }, { name: 'a' }], defaultIfName: 'eth0' }, ['ADD two eth1', 'ADD one eth0']],
    [{ networks: [{ name: 'a' }, { name: 'b' }], defaultIfName: 'net7' }, ['ADD one net7', 'ADD two eth0']],
  ])('fills in an interface that nobody else wants for %j', async (more, expected) => {
    await operator.attach({ ...request, ...more });
    expect(await order()).toEqual(expected);
  });

  it('gives no name to two networks where the caller insists on it', async () => {
    const networks = [{ name: 'a' }, { name: 'b', ifName: 'eth0' }];
    const attaching = operator.attach({ ...request, networks, defaultIfName: 'eth0' });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONFLICT', value: 'eth0' });
  });

  it('in the order cri lets an extra network replace the default one on its interface', async () => {
    await operator.attach({ ...request, order: 'cri', networks: [{ name: 'b', ifName: 'eth0' }] });
    expect(await order()).toEqual(['ADD two eth0']);
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
    [{ annotations: { mac: 'nope' } }, 'ERR_ANNOTATION'],
    [{ annotations: { 'k8s.v1.cni.cncf.io/networks': '[{]' } }, 'ERR_ANNOTATION'],
  ])('refuses %j before any plugin runs', async (more, code) => {
    await expect(operator.attach({ ...request, ...more })).rejects.toMatchObject({
      name: 'LibcniError',
      code,
    });
    expect(await folder.calls()).toEqual([]);
  });

  it('without a default network says what is wrong with the files', async () => {
    await rm(confDir(), { recursive: true });
    await mkdir(confDir());
    await writeFile(join(confDir(), 'x.conflist'), '{"name":"x","plugins":[{}]}');
    await operator.reload();
    await expect(operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringContaining('x.conflist'),
    });
  });

  it('takes down what it attached when a later network fails, and keeps no state', async () => {
    await folder.add('two', { ADD: failure });
    const attaching = operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await expect(attaching).rejects.toMatchObject({
      name: 'PluginError',
      code: 100,
      plugin: 'two',
      rollbackErrors: [],
    });
    expect(await order()).toEqual(['ADD one eth0', 'ADD two eth1', 'DEL two eth1', 'DEL one eth0']);
    // There is no such namespace any more.
    expect((await folder.calls()).at(-1)?.env.CNI_NETNS).toBe('');
    expect([...(await attachments()), ...(await stateLeft())]).toEqual([]);
  });

  it('reports what it could not take down beside the failure', async () => {
    await folder.add('one', { ADD: { stdout: resultText() }, DEL: { exitCode: 9 } });
    await folder.add('two', { ADD: failure });
    const attaching = operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await expect(attaching).rejects.toMatchObject({
      code: 100,
      rollbackErrors: [{ plugin: 'one', verb: 'DEL', exitCode: 9 }],
    });
    expect(await attachments()).toEqual(['a-c1-eth0']);
  });

  it('refuses an attachment that exists and leaves it alone', async () => {
    await operator.attach(request);
    await expect(operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      network: 'a',
      ifName: 'eth0',
    });
    expect(await order()).toEqual(['ADD one eth0']);
  });

  it('refuses a host port that another container has, and names it', async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
    await operator.attach({ ...request, capabilityArgs });
    const attaching = operator.attach({ ...request, id: 'c2', capabilityArgs });
    await expect(attaching).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('a-c1-eth0'),
    });
    expect(await order()).toEqual(['ADD one eth0']);
    await operator.detach({ id: 'c1' });
    await operator.attach({ ...request, id: 'c2', capabilityArgs });
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])(
    'has no conflict of host ports between network %s and %s, of which one maps none',
    async (first, second) => {
      const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
      await operator.attach({ ...request, networks: [{ name: first, capabilityArgs }] });
      await operator.attach({ ...request, id: 'c2', networks: [{ name: second, capabilityArgs }] });
      expect(await attachments()).toHaveLength(2);
    },
  );

  it('of two containers at a time lets only one have a host port', async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
    const ids = ['c1', 'c2', 'c3', 'c4'];
    const outcomes = await Promise.allSettled(
      ids.map((id) => operator.attach({ ...request, id, capabilityArgs })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await attachments()).toHaveLength(1);
  });

  it('has its intent on disk before the first plugin runs', async () => {
    const journal = join(folder.cacheDir, 'libcni', 'journal', 'a+c1+eth0.json');
    await folder.add('one', { ADD: { shell: `cp ${journal} ${folder.root}/seen`, stdout: resultText() } });
    await operator.attach(request);
    expect(await readdir(folder.root)).toContain('seen');
    expect(await stateLeft()).toEqual([]);
  });

  it('stands where its intent cannot be forgotten, with a warning', async () => {
    const intent = join(folder.cacheDir, 'libcni', 'journal', 'a+c1+eth0.json');
    await folder.add('one', { ADD: { shell: `rm ${intent}; mkdir ${intent}`, stdout: resultText() } });
    const heard: LibcniWarning[] = [];
    operator.on('warning', (warning) => heard.push(warning));
    const { networks, warnings } = await operator.attach(request);
    expect(networks).toHaveLength(1);
    expect(heard).toMatchObject([{ code: 'JOURNAL_ENTRY_NOT_REMOVED', network: 'a', containerId: 'c1' }]);
    expect(warnings).toEqual([heard[0]?.message]);
    expect(await attachments()).toEqual(['a-c1-eth0']);
  });

  it('is told of its own warnings, not of those of another attach of the container', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const first = operator.attach(request);
    await until(async () => (await order()).length === 1);
    const networks = [{ name: 'b', ifName: 'eth1', capabilityArgs: { ips: ['10.0.0.1'] } }];
    expect((await operator.attach({ ...request, networks })).warnings).toHaveLength(1);
    expect((await first).warnings).toEqual([]);
  });

  it('gives up waiting for an attach of the same process when its time is up', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 1', stdout: resultText() } });
    const first = operator.attach(request);
    await until(async () => (await order()).length === 1);
    await expect(operator.attach(request, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    await first;
  });

  it('can be cancelled while it waits for the lock of its attachment', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 1', stdout: resultText() } });
    const first = operator.attach(request);
    const signal = AbortSignal.timeout(100);
    const started = performance.now();
    await expect(operator.attach(request, { signal })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(900);
    await first;
  });
});

describe('detaching', () => {
  it.each([{}, { networks: [{ name: 'a', ifName: 'eth0' }] }])(
    'during an attach waits for it and takes it down by what it was made with: %j',
    async (meant) => {
      const slow = { ADD: { shell: 'sleep 0.4', stdout: resultText() } };
      await folder.add('one', slow);
      const attaching = operator.attach({ ...request, args: [['K', 'V']] });
      await until(async () => (await order()).length === 1);
      await operator.detach({ id: 'c1', ...meant });
      await attaching;
      expect(await order()).toEqual(['ADD one eth0', 'DEL one eth0']);
      const [, del] = await folder.calls();
      expect(del?.env.CNI_ARGS).toContain('K=V');
      expect(JSON.parse(del?.stdin ?? '').prevResult).toBeDefined();
      expect([...(await attachments()), ...(await stateLeft())]).toEqual([]);
    },
  );

  it('finds an attachment that stands only while the others are detached', async () => {
    await folder.add('one', { ADD: { stdout: resultText() }, DEL: { shell: 'sleep 0.8' } });
    await folder.add('two', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    await operator.attach(request);
    const attaching = operator.attach({ ...request, networks: [{ name: 'b' }] });
    await until(async () => (await order()).length === 2);
    await operator.detach({ id: 'c1' });
    await attaching;
    expect((await order()).slice(2)).toEqual(['DEL one eth0', 'DEL two eth0']);
    expect([...(await attachments()), ...(await stateLeft())]).toEqual([]);
  });

  it.each([
    [{ networks: [{ name: 'b' }, { name: 'a' }], defaultIfName: 'eth0' }],
    [{ networks: [{ name: 'a' }, { name: 'b' }], defaultIfName: 'net7' }],
    [{ networks: [{ name: 'b' }], defaultIfName: 'net7' }],
  ])('means the same interfaces as an attach with %j', async (more) => {
    await operator.attach({ ...request, ...more });
    await operator.detach({ ...request, ...more });
    expect(await attachments()).toEqual([]);
    const [added, deleted] = ['ADD', 'DEL'].map(async (verb) =>
      (await order()).filter((run) => run.startsWith(verb)).map((run) => run.slice(4)),
    );
    expect((await deleted)?.sort()).toEqual((await added)?.sort());
  });

  it('during an attach leaves interfaces alone that are not meant', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const attaching = operator.attach(request);
    await until(async () => (await order()).length === 1);
    await operator.detach({ id: 'c1', networks: [{ name: 'a', ifName: 'eth5' }] });
    await attaching;
    expect(await attachments()).toEqual(['a-c1-eth0']);
  });

  it('undoes what is in the journal once it has the lock', async () => {
    const state = join(folder.cacheDir, 'libcni');
    const [journal, locks] = [new Journal(state), new LockStore(state, HelperClient.shared())];
    const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
    const intent = { network: 'a', containerId: 'c1', ifName: 'eth0', netns: '', config };
    await journal.begin(intent);
    let detaching: Promise<void> | undefined;
    await locks.withLock('a-c1-eth0', async () => {
      detaching = operator.detach({ id: 'c1' });
      await until(async () => (await stateLeft()).includes('.turn-a-c1-eth0'));
      await journal.begin({ ...intent, args: [['NEW', '1']] });
    });
    await detaching;
    expect((await folder.calls()).map(({ env }) => env.CNI_ARGS)).toEqual(['NEW=1']);
  });

  it('says once what is named and of which the record is broken', async () => {
    await operator.attach(request);
    await writeFile(join(folder.cacheDir, 'results', 'a-c1-eth0'), '');
    await operator.detach({ id: 'c1', networks: [{ name: 'a', ifName: 'eth0' }] });
    expect(await order()).toEqual(['ADD one eth0', 'DEL one eth0']);
  });

  it('uses the configuration of then, in reverse, though the files are gone', async () => {
    await operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }], args: [['K', 'V']] });
    await rm(confDir(), { recursive: true });
    await operator.reload();
    await operator.detach({ id: 'c1' });
    const dels = (await folder.calls()).slice(2);
    expect(dels.map(({ plugin, verb }) => `${verb} ${plugin}`)).toEqual(['DEL two', 'DEL one']);
    for (const { env, stdin } of dels) {
      expect(env).toMatchObject({ CNI_NETNS: '', CNI_ARGS: expect.stringContaining('K=V') });
      expect(JSON.parse(stdin).prevResult).toBeDefined();
    }
    expect(await attachments()).toEqual([]);
  });

  it('of what is not there, or not known, is fine', async () => {
    await operator.detach({ id: 'c1' });
    await operator.detach({ id: 'c1', networks: [{ name: 'unknown' }] });
    expect(await folder.calls()).toEqual([]);
  });

  it('of one network leaves the others', async () => {
    await operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await operator.detach({ id: 'c1', networks: [{ name: 'b' }] });
    expect(await attachments()).toEqual(['a-c1-eth0']);
  });

  it('goes on over failures and throws all of them', async () => {
    await operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await folder.add('two', { DEL: { exitCode: 1 } });
    await expect(operator.detach({ id: 'c1' })).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [{ plugin: 'two', verb: 'DEL', containerId: 'c1' }],
    });
    expect(await attachments()).toEqual(['b-c1-eth1']);
    await folder.add('two');
    await operator.detach({ id: 'c1' });
    expect(await attachments()).toEqual([]);
  });

  it('leaves a container alone whose id begins with the same name', async () => {
    await operator.attach({ ...request, id: 'web' });
    await operator.attach({ ...request, id: 'web-1' });
    await operator.detach({ id: 'web' });
    expect(await attachments()).toEqual(['a-web-1-eth0']);
    expect((await folder.calls()).filter(({ verb }) => verb === 'DEL')).toHaveLength(1);
  });

  it('works with an unreadable record, which is set aside', async () => {
    await operator.attach(request);
    await writeFile(join(folder.cacheDir, 'results', 'a-c1-eth0'), '');
    await operator.detach({ id: 'c1' });
    expect(await order()).toEqual(['ADD one eth0', 'DEL one eth0']);
    expect(await attachments()).toEqual([]);
  });
});

describe('checking', () => {
  it('has an outcome for every network', async () => {
    await configure('30-old', { type: 'one' }, { cniVersion: '0.3.1' });
    await configure('40-off', { type: 'one' }, { disableCheck: true });
    await operator.reload();
    await folder.add('one', { ADD: { stdout: resultText() } });
    const networks = ['a', 'b', 'old', 'off'].map((name) => ({ name }));
    await operator.attach({ ...request, networks });
    await folder.add('two', { CHECK: { stdout: '{"code":11,"msg":"later"}', exitCode: 1 } });
    const outcomes = await operator.check({ id: 'c1', networks });
    expect(outcomes).toMatchObject([
      { name: 'a', outcome: 'ok' },
      { name: 'b', outcome: 'tryLater', error: { code: 11 } },
      { name: 'old', outcome: 'unsupported' },
      { name: 'off', outcome: 'disabled' },
    ]);
    await expect(operator.check({ id: 'c1' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    await folder.add('one', { CHECK: failure });
    expect(await operator.check({ id: 'c1', networks: [{ name: 'a' }] })).toMatchObject([
      { outcome: 'failed', error: { code: 100 } },
    ]);
  });
});

describe('garbage collection', () => {
  it('takes down what is not valid, by its own configuration', async () => {
    for (const id of ['c1', 'c2'])
      await operator.attach({ ...request, id, networks: [{ name: 'a' }, { name: 'b' }] });
    await rm(join(confDir(), '20-b.conflist'));
    await operator.reload();
    const { stale } = await operator.gc({ valid: [{ id: 'c2' }] });
    expect(stale.map(({ network, containerId }) => `${network} ${containerId}`)).toEqual(['a c1', 'b c1']);
    expect(await attachments()).toEqual(['a-c2-eth0', 'b-c2-eth1']);
    expect(await stateLeft()).toEqual([]);
  });

  it('only says what it would do in a dry run, and must be told what is valid', async () => {
    await operator.attach(request);
    expect((await operator.gc({ valid: [], dryRun: true })).stale).toHaveLength(1);
    await expect(operator.gc({} as never)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    expect(await attachments()).toHaveLength(1);
  });

  it('waits for attachments under way and keeps new ones waiting', async () => {
    const log = (line: string) => `echo "${line} $CNI_CONTAINERID" >> ${folder.root}/log`;
    const add = { shell: `${log('begin')}; sleep 0.3; ${log('end')}`, stdout: resultText() };
    await configure('10-a', { type: 'one' }, { cniVersion: '1.1.0' });
    await folder.add('one', { ADD: add, GC: { shell: `${log('begin gc')}; sleep 0.3; ${log('end gc')}` } });
    await operator.reload();
    const first = operator.attach(request);
    await until(async () => (await order()).length === 1);
    const collecting = operator.gc({ valid: [{ id: 'c1' }, { id: 'c2', ifNames: [] }] });
    await until(async () => (await stateLeft()).includes('.gc'));
    const second = operator.attach({ ...request, id: 'c2' });
    await Promise.all([first, collecting, second]);
    const lines = (await readFile(join(folder.root, 'log'), 'utf8')).split('\n').map((line) => line.trim());
    expect(lines).toEqual(['begin c1', 'end c1', 'begin gc', 'end gc', 'begin c2', 'end c2', '']);
    expect(await attachments()).toEqual(['a-c1-eth0', 'a-c2-eth0']);
    expect(await stateLeft()).toEqual([]);
  });

  it('takes nothing of an attach that has further networks to attach to', async () => {
    await configure('30-c', { type: 'three' });
    await folder.add('two', { ADD: { shell: 'sleep 0.3', stdout: resultText('10.2.0.2/24') } });
    await folder.add('three', { ADD: { stdout: resultText('10.3.0.2/24') } });
    await operator.reload();
    const networks = ['a', 'b', 'c'].map((name) => ({ name }));
    const attaching = operator.attach({ ...request, networks });
    await until(async () => (await order()).length === 2);
    const { stale } = await operator.gc({ valid: [] });
    await attaching;
    expect((await order()).slice(0, 3)).toEqual(['ADD one eth0', 'ADD two eth1', 'ADD three eth2']);
    expect(stale.map(({ ifName }) => ifName)).toEqual(['eth0', 'eth1', 'eth2']);
    expect([...(await attachments()), ...(await stateLeft())]).toEqual([]);
  });

  it('takes nothing of a rollback', async () => {
    await folder.add('two', { ADD: { shell: 'sleep 0.3', ...failure } });
    const attaching = operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    const failed = expect(attaching).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    await until(async () => (await order()).length === 2);
    expect((await operator.gc({ valid: [] })).stale).toEqual([]);
    await failed;
  });

  it('can be cancelled, and then takes nothing more down', async () => {
    for (const id of ['c1', 'c2']) await operator.attach({ ...request, id });
    await folder.add('one', { DEL: { shell: 'sleep 2' } });
    const controller = new AbortController();
    const collecting = operator.gc({ valid: [] }, { signal: controller.signal });
    const failed = expect(collecting).rejects.toMatchObject({ name: 'LibcniError', code: 'ERR_ABORTED' });
    await until(async () => (await order()).length === 3);
    controller.abort();
    await failed;
    expect((await order()).filter((call) => call.startsWith('DEL'))).toHaveLength(1);
    expect(await attachments()).toHaveLength(2);
  });
});

describe('status', () => {
  it('says of each network whether it is ready, and why not', async () => {
    await configure('30-c', { type: 'three' }, { cniVersion: '1.1.0' });
    await configure('40-d', { type: 'gone' });
    await folder.add('three', { STATUS: { stdout: '{"code":50,"msg":"starting"}', exitCode: 1 } });
    await writeFile(join(confDir(), '50-e.conf'), '{"name":"e","plugins":[]}');
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
      file: join(confDir(), '50-e.conf'),
      hint: expect.any(String),
    });
  });

  it('is asked again after a while only', async () => {
    await configure('10-a', { type: 'three' }, { cniVersion: '1.1.0' });
    await folder.add('three');
    await operator.reload();
    await Promise.all([operator.status(), operator.status()]);
    await operator.status();
    const asked = async () => (await folder.order()).filter((call) => call === 'STATUS three').length;
    expect(await asked()).toBe(1);
    await sleep(1100);
    await operator.status();
    expect(await asked()).toBe(2);
  });
});

it('finds the plugins of a vendor in folders of its own', async () => {
  const vendor = join(folder.root, 'vendor');
  await mkdir(vendor);
  const own = await PluginFolder.create();
  await own.add('one', { ADD: { stdout: resultText('10.9.0.2/24') } });
  const more = await create({ pluginDirs: (type) => (type === 'one' ? [own.bin] : []) });
  expect((await more.attach(request)).networks[0]?.ipv4).toEqual(['10.9.0.2']);
  await more[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

describe('disposing', () => {
  it('waits for an attach to its end, and takes no new work', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const attaching = operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await until(async () => (await order()).length === 1);
    const disposing = operator[Symbol.asyncDispose]();
    const refused = { code: 'ERR_ABORTED', message: expect.stringContaining('CNIOperator') };
    await expect(operator.attach({ ...request, id: 'c2' })).rejects.toMatchObject(refused);
    await expect(operator.detach({ id: 'c1' })).rejects.toMatchObject(refused);
    await expect(operator.status()).rejects.toMatchObject(refused);
    await disposing;
    expect(await attachments()).toEqual(['a-c1-eth0', 'b-c1-eth1']);
    expect((await attaching).networks).toHaveLength(2);
  });

  it('waits for the rollback of an attach', async () => {
    await folder.add('two', { ADD: { shell: 'sleep 0.3', ...failure } });
    const attaching = operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    const failed = expect(attaching).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    await until(async () => (await order()).length === 2);
    await operator[Symbol.asyncDispose]();
    expect(await attachments()).toEqual([]);
    await failed;
  });
});
