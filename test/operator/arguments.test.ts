import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CNIOperator, type CNIOperatorOptions } from '../../src/index.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

/** The operator as a program calls it that no compiler has checked. */
type Unchecked = Record<string, (...given: unknown[]) => Promise<unknown>>;

let networks: FixtureNetworks;
let operator: Unchecked;

const request = { id: 'c1', netns: '/run/netns/none' };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  operator = (await networks.operator()) as unknown as Unchecked;
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

function records(): string[] {
  return readdirSync(join(networks.plugins.cacheDir, 'results'));
}

async function failureOf(call: () => Promise<unknown> | undefined): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return expect.unreachable('the call succeeded');
}

async function expectRefusal(call: () => Promise<unknown> | undefined, says: string): Promise<void> {
  const error = await failureOf(call);
  expect(error).toMatchObject({ name: 'LibcniError', code: 'ERR_CONF_INVALID' });
  expect(String(error)).toContain(says);
}

describe('without the id of a container', () => {
  beforeEach(async () => {
    await operator.attach?.(request);
    await operator.attach?.({ ...request, id: 'c2' });
  });

  it.each([[{}], [{ id: undefined }], [{ id: null }], [{ id: '' }], [{ networks: [{ name: 'a' }] }]])(
    'nothing is detached or checked: %j',
    async (target) => {
      await expectRefusal(() => operator.detach?.(target), 'container id is missing');
      await expectRefusal(() => operator.check?.(target), 'container id is missing');
      expect(records()).toEqual(['a-c1-eth0', 'a-c2-eth0']);
    },
  );
});

describe('a request is refused before anything runs', () => {
  const cases: [string, unknown, string][] = [
    ['none', undefined, 'request must be an object with the id of a container, not undefined'],
    ['null', null, 'request must be'],
    ['a string', 'c1', 'request must be'],
    ['networks that are a string', { ...request, networks: 'a' }, 'networks must be an array, not "a"'],
    ['networks that are an object', { ...request, networks: {} }, 'networks must be an array'],
    ['a network that is null', { ...request, networks: [null] }, 'networks[0]'],
    ['a network that is its name', { ...request, networks: ['a'] }, 'networks[0] must be an object with'],
    ['an interface that is no text', { ...request, networks: [{ name: 'a', ifName: 5 }] }, 'ifName'],
    ['a defaultIfName that is no text', { ...request, defaultIfName: 5 }, 'defaultIfName'],
    ['a netns that is no text', { ...request, netns: 5 }, 'netns'],
  ];
  const ofAttach: [string, unknown, string][] = [
    ['args that are an object', { ...request, args: { A: 'b' } }, 'args must be an array'],
    ['an argument that is no text', { ...request, args: [['A', 1]] }, 'args[0]'],
    ['capabilityArgs that are a string', { ...request, capabilityArgs: 'x' }, 'capabilityArgs'],
    ['annotations that are a string', { ...request, annotations: 'x' }, 'annotations'],
    ['labels that are an array', { ...request, labels: [] }, 'labels'],
    ['an order that is none', { ...request, order: 'x' }, 'order'],
    ['args of a network', { ...request, networks: [{ name: 'a', args: {} }] }, 'networks[0].args'],
  ];

  it.each([...cases, ...ofAttach])('by attach: %s', async (_, given, says) => {
    await expectRefusal(() => operator.attach?.(given), says);
    expect(await networks.plugins.calls()).toEqual([]);
  });

  it.each(cases)('by check and detach: %s', async (_, given, says) => {
    await expectRefusal(() => operator.check?.(given), says);
    await expectRefusal(() => operator.detach?.(given), says);
    expect(await networks.plugins.calls()).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['none', undefined, 'request.valid must be an array of containers'],
    ['null', null, 'request.valid must be an array of containers'],
    ['a string', 'c1', 'request must be an object'],
    ['a container that is null', { valid: [null] }, 'valid[0] must be'],
    ['a container that is its id', { valid: ['c1'] }, 'valid[0] must be'],
    [
      'a container without id',
      { valid: [{ ID: 'c1' }] },
      'request.valid[0].ID does not exist; did you mean id?',
    ],
    [
      'a container whose id is missing',
      { valid: [{}] },
      'request.valid[0].id must be a string, not undefined',
    ],
    ['interfaces by another name', { valid: [{ id: 'c1', ifnames: [] }] }, 'did you mean ifNames?'],
    ['ifNames that are a string', { valid: [{ id: 'c1', ifNames: 'eth0' }] }, 'valid[0].ifNames'],
  ])('by gc: %s', async (_, given, says) => {
    await expectRefusal(() => operator.gc?.(given), says);
    expect(await networks.plugins.calls()).toEqual([]);
  });
});

describe('null counts as left out', () => {
  it('in a request to attach and in its networks', async () => {
    const optional = { args: null, capabilityArgs: null };
    const more = { annotations: null, labels: null, order: null, defaultIfName: null };
    await operator.attach?.({ ...request, ...optional, ...more, networks: null });
    const network = { name: 'a', ifName: null, cniArgs: null, ...optional };
    await operator.attach?.({ ...request, id: 'c2', networks: [network] });
    expect(records()).toEqual(['a-c1-eth0', 'a-c2-eth0']);
  });

  it('in a request to check or detach', async () => {
    await operator.attach?.(request);
    const target = { id: 'c1', netns: null, networks: null, defaultIfName: null };
    await expect(operator.check?.(target)).resolves.toHaveLength(1);
    await operator.detach?.(target);
    expect(records()).toEqual([]);
  });

  it('for the interfaces of a valid container, which keeps what is recorded', async () => {
    await operator.attach?.(request);
    await operator.gc?.({ valid: [{ id: 'c1', ifNames: null }], dryRun: null });
    expect(records()).toEqual(['a-c1-eth0']);
    await expect(operator.gc?.({ valid: [{ id: 'unknown', ifNames: null }], dryRun: true })).resolves.toEqual(
      await operator.gc?.({ valid: [{ id: 'unknown' }], dryRun: true }),
    );
  });

  it.each<[string, (options: unknown) => Promise<unknown> | undefined]>([
    ['attach', (options) => operator.attach?.(request, options)],
    ['check', (options) => operator.check?.(request, options)],
    ['detach', (options) => operator.detach?.(request, options)],
    ['gc', (options) => operator.gc?.({ valid: [] }, options)],
    ['status', (options) => operator.status?.(options)],
    ['recover', (options) => operator.recover?.(options)],
  ])('in the options of %s, which must make sense else', async (_, call) => {
    await call(null);
    await operator.detach?.(request);
    await call({ signal: null, timeoutMs: null, trace: null });
    await expectRefusal(() => call(5), 'options must be an object');
    await expectRefusal(() => call({ signal: {} }), 'signal must be an AbortSignal');
    await expectRefusal(() => call({ timeoutMs: -1 }), 'timeoutMs');
  });
});

describe('the options of an operator', () => {
  const create = (given: unknown) => CNIOperator.create(given as CNIOperatorOptions);

  it.each<[string, unknown, string]>([
    ['a string', 'x', 'options must be an object'],
    [
      'binDirs that are a string',
      { binDirs: '/opt/cni/bin' },
      'binDirs must be an array of folders, not "/opt',
    ],
    ['a confDir that is no text', { confDir: 5 }, 'confDir'],
    ['a cacheDir that is no text', { cacheDir: 5 }, 'cacheDir'],
    ['a stateDir that is no text', { stateDir: 5 }, 'stateDir'],
    ['pluginDirs that are a string', { pluginDirs: '/opt' }, 'pluginDirs must be a function'],
    ['a filter that is a string', { filter: '*.conf' }, 'filter must be a function'],
    ['an exec that is none', { exec: {} }, 'exec must be an Exec'],
    ['a loopback that is none', { loopback: 'x' }, 'loopback must be one of'],
  ])('are refused: %s', async (_, given, says) => {
    const { confDir } = networks;
    await expectRefusal(() => create(typeof given === 'object' ? { confDir, ...given } : given), says);
  });

  it('may be null where they may be left out', async () => {
    const { confDir, plugins } = networks;
    const none = { binDirs: null, stateDir: null, helper: null, loopback: null, pluginDirs: null };
    const more = { exec: null, filter: null, watch: null, debounceMs: null, defaultNetwork: null };
    const made = await create({ confDir, cacheDir: plugins.cacheDir, ...none, ...more });
    expect(made.snapshot().defaultNetwork?.name).toBe('a');
    await made[Symbol.asyncDispose]();
  });
});

describe('options of an operator are refused', () => {
  it.each<[string, object]>([
    ['policy', { policy: 'Strict' }],
    ['defaultNetwork', { defaultNetwork: 7 }],
    ['watch', { watch: 'no' }],
    ['validatePlugins', { validatePlugins: 'false' }],
    ['persistent', { persistent: 1 }],
    ['debounceMs', { debounceMs: '10' }],
    ['confDir', { confDir: '' }],
    ['pluginDirs("one")', { pluginDirs: () => '/opt' }],
  ])('%s that makes no sense', async (says, options) => {
    await expectRefusal(() => networks.operator(options as CNIOperatorOptions), says);
  });
});

describe('annotations and labels', () => {
  it.each<[string, object]>([
    ['annotations["k8s.v1.cni.cncf.io/networks"]', { annotations: { 'k8s.v1.cni.cncf.io/networks': [{}] } }],
    ['labels["io.kubernetes.pod.namespace"]', { labels: { 'io.kubernetes.pod.namespace': 5 } }],
  ])('must be texts: %s', async (says, more) => {
    await expectRefusal(() => operator.attach?.({ ...request, networks: [{ name: 'a' }], ...more }), says);
    expect(await networks.plugins.calls()).toEqual([]);
  });

  it('that are null count as left out', async () => {
    await operator.attach?.({ ...request, annotations: { portMappings: null }, labels: { a: null } });
    expect(records()).toEqual(['a-c1-eth0']);
  });
});

describe('arguments that CNI_ARGS cannot hold are refused before anything runs', () => {
  it.each<[string, object]>([
    ['of a network', { networks: [{ name: 'a' }, { name: 'a', args: [['A', 'b;c']] }] }],
    ['of a label', { labels: { 'io.kubernetes.pod.name': 'a;b' } }],
  ])('%s', async (_, more) => {
    await expectRefusal(() => operator.attach?.({ ...request, ...more }), 'cannot be part of CNI_ARGS');
    expect(await networks.plugins.calls()).toEqual([]);
  });

  it('and it is said of which network they are', async () => {
    const capabilityArgs = { portMappings: [{ containerPort: 0 }] };
    const error = await failureOf(() =>
      operator.attach?.({ ...request, networks: [{ name: 'a', capabilityArgs }] }),
    );
    expect(error).toMatchObject({ code: 'ERR_CONF_INVALID', network: 'a' });
  });
});

describe('what does not exist is refused with the name that was meant', () => {
  it.each<[string, (given: object) => Promise<unknown> | undefined, object]>([
    [
      'options.timeout does not exist; did you mean timeoutMs?',
      (given) => operator.attach?.(request, given),
      { timeout: 5 },
    ],
    [
      'request.network does not exist; did you mean networks?',
      (given) => operator.attach?.(given),
      { ...request, network: [] },
    ],
    [
      'request.networks[0].ifname does not exist; did you mean ifName?',
      (given) => operator.detach?.(given),
      { id: 'c1', networks: [{ name: 'a', ifname: 'eth0' }] },
    ],
    [
      'options.confdir does not exist; did you mean confDir?',
      (given) => networks.operator(given),
      { confdir: '/x' },
    ],
  ])('%s', async (says, call, given) => {
    await expectRefusal(() => call(given), says);
    expect(await networks.plugins.calls()).toEqual([]);
  });
});
