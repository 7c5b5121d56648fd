import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CNIConfig, HelperExec, type LibcniWarning, ProcessExec, type RuntimeConf } from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const newest = (types: readonly string[]) => listOfTypes(types, { cniVersion: '1.1.0' });

/** A record as Go libcni leaves it. */
async function record(name: string, more: object): Promise<void> {
  const folder = join(plugins.folder.cacheDir, 'results');
  await mkdir(folder, { recursive: true });
  const config = Buffer.from(newest(['one']).bytes).toString('base64');
  const entry = {
    kind: 'cniCacheV1',
    containerId: 'c1',
    ifName: 'eth0',
    networkName: 'net',
    config,
    ...more,
  };
  await writeFile(join(folder, name), JSON.stringify({ ...entry, result: JSON.parse(resultText()) }));
}

function warningsOf(): LibcniWarning[] {
  const warnings: LibcniWarning[] = [];
  plugins.cni.on('warning', (warning) => warnings.push(warning));
  return warnings;
}

const records = () => readdir(join(plugins.folder.cacheDir, 'results'));

const cniArgs = async () => (await plugins.folder.calls()).map(({ verb, env }) => [verb, env.CNI_ARGS]);

describe('arguments that plugins read back as others', () => {
  const odd: RuntimeConf = {
    ...rt,
    args: [
      ['a', '1;b=2'],
      ['', 'x'],
    ],
  };

  it('are refused by ADD', async () => {
    await plugins.folder.add('one');
    await expect(plugins.cni.addNetworkList(newest(['one']), odd)).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('are handed on as Go does by CHECK and DEL, with a warning', async () => {
    await plugins.folder.add('one');
    const warnings = warningsOf();
    await plugins.cni.checkNetworkList(newest(['one']), odd);
    await plugins.cni.delNetworkList(newest(['one']), odd);
    expect(await cniArgs()).toEqual([
      ['CHECK', 'a=1;b=2;=x'],
      ['DEL', 'a=1;b=2;=x'],
    ]);
    expect(warnings).toMatchObject([
      { code: 'AMBIGUOUS_ARGS', network: 'net', containerId: 'c1' },
      { code: 'AMBIGUOUS_ARGS' },
    ]);
    expect(warnings[0]?.message).toContain('"a=1;b=2"');
  });

  it('keep nothing of a record of Go from being collected, null in it included', async () => {
    await plugins.folder.add('one');
    await record('net-c1-eth0', { cniArgs: [['a', '1;b=2'], null] });
    await plugins.cni.gcNetworkList(newest(['one']), { validAttachments: [] });
    expect(await cniArgs()).toEqual([
      ['DEL', 'a=1;b=2;='],
      ['GC', ''],
    ]);
    expect(await records()).toEqual([]);
  });

  it('are left out where no environment can hold them', async () => {
    await plugins.folder.add('one');
    await plugins.cni.delNetworkList(newest(['one']), {
      ...rt,
      args: [
        ['a', '\0'],
        ['b', '2'],
      ],
    });
    expect(await cniArgs()).toEqual([['DEL', 'b=2']]);
  });
});

describe('an object with a code, and exit code 0', () => {
  const said = '{"code":200,"msg":"success"}';

  it.each(['CHECK', 'DEL', 'GC', 'STATUS'])('is no error of %s', async (verb) => {
    await plugins.folder.add('one', { [verb]: { stdout: said } });
    const list = newest(['one']);
    await plugins.cni.checkNetworkList(list, rt);
    await plugins.cni.delNetworkList(list, rt);
    await plugins.cni.gcNetworkList(list, { validAttachments: [] });
    await plugins.cni.getStatusNetworkList(list);
    expect(await plugins.folder.order()).toEqual(['CHECK one', 'DEL one', 'GC one', 'STATUS one']);
  });

  it('is one of ADD, unless it is a result', async () => {
    await plugins.folder.add('one', { ADD: { stdout: said } });
    await expect(plugins.cni.addNetworkList(newest(['one']), rt)).rejects.toMatchObject({ code: 200 });
    const stdout = JSON.stringify({ ...JSON.parse(resultText()), code: 200, msg: 'success' });
    await plugins.folder.add('one', { ADD: { stdout } });
    await expect(plugins.cni.addNetworkList(newest(['one']), rt)).resolves.toMatchObject({ code: 200 });
  });

  it('is one of VERSION, unless it says versions', async () => {
    await plugins.folder.add('one', { VERSION: { stdout: said } });
    await expect(plugins.cni.getVersionInfo('one')).rejects.toMatchObject({ code: 200 });
    const stdout = '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"],"code":200,"msg":"success"}';
    await plugins.folder.add('one', { VERSION: { stdout } });
    expect((await plugins.cni.getVersionInfo('one')).supportedVersions).toEqual(['1.1.0']);
  });
});

describe('an invalid name', () => {
  it('among valid attachments is reported at the end, and protects what is recorded under it', async () => {
    await plugins.folder.add('one');
    await record('net-c1-eth0', {});
    await record('net-c2-eth0', { containerId: 'c2' });
    await record('odd', { containerId: '../c3' });
    const valid = ['c2', '../c3', 'b/d'].map((containerId) => ({ containerId, ifName: 'eth0' }));
    const collecting = plugins.cni.gcNetworkList(newest(['one']), { validAttachments: valid });
    await expect(collecting).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [
        { code: 'ERR_CONF_INVALID', value: '../c3' },
        { code: 'ERR_CONF_INVALID', value: 'b/d' },
      ],
    });
    expect(await plugins.folder.order()).toEqual(['DEL one', 'GC one']);
    expect(await records()).toEqual(['net-c2-eth0', 'odd']);
  });

  it('in a record keeps no other one from being taken down', async () => {
    await plugins.folder.add('one');
    await record('a', { containerId: '../c3' });
    await record('net-c1-eth0', {});
    const collecting = plugins.cni.gcNetworkList(newest(['one']), { validAttachments: [] });
    await expect(collecting).rejects.toMatchObject({
      errors: [{ code: 'ERR_CONF_INVALID', value: '../c3' }],
    });
    expect(await plugins.folder.order()).toEqual(['DEL one', 'GC one']);
    expect(await records()).toEqual(['a']);
  });
});

describe.each([
  ['helper', new HelperExec()],
  ['child process', new ProcessExec()],
])('more than 16 MiB on stdout (%s)', (_, exec) => {
  const shell = 'head -c 20000000 /dev/zero';

  it('is fine where the plugin ends well and nobody reads it', async () => {
    await plugins.folder.add('one', { DEL: { shell }, CHECK: { shell } });
    const cni = plugins.folder.cni(exec);
    await cni.checkNetworkList(newest(['one']), rt);
    await cni.delNetworkList(newest(['one']), rt);
    expect(await plugins.folder.order()).toEqual(['CHECK one', 'DEL one']);
  });

  it('does not hide that the plugin failed', async () => {
    await plugins.folder.add('one', { DEL: { shell, exitCode: 3 } });
    const deleting = plugins.folder.cni(exec).delNetworkList(newest(['one']), rt);
    await expect(deleting).rejects.toMatchObject({ reason: 'exit', exitCode: 3 });
  });

  it('ends an ADD', async () => {
    await plugins.folder.add('one', { ADD: { shell } });
    const adding = plugins.folder.cni(exec).addNetworkList(newest(['one']), rt);
    await expect(adding).rejects.toMatchObject({ reason: 'output-too-large' });
  });
});

describe('a file name that is too long', () => {
  const long = { ...rt, containerId: 'c'.repeat(250) };

  it('is refused by ADD alone', async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    const list = newest(['one']);
    await expect(plugins.cni.addNetworkList(list, long)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    await plugins.cni.checkNetworkList(list, long);
    await plugins.cni.delNetworkList(list, long);
    expect(await plugins.folder.order()).toEqual(['CHECK one', 'DEL one']);
    expect(await plugins.cni.getNetworkListCachedResult(list, long)).toBeUndefined();
  });
});

it('null for a capability means false', async () => {
  const plugin = { type: 'one', capabilities: { portMappings: null, mac: true } };
  await plugins.folder.add('one', {
    ADD: { stdout: resultText() },
    VERSION: { stdout: '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}' },
  });
  const list = listOfTypes([], { cniVersion: '1.1.0', plugins: [plugin] });
  await plugins.cni.addNetworkList(list, { ...rt, capabilityArgs: { portMappings: [], mac: 'x' } });
  const [{ stdin = '' } = {}] = await plugins.folder.calls();
  expect(JSON.parse(stdin).runtimeConfig).toEqual({ mac: 'x' });
  expect(await plugins.cni.validateNetworkList(list)).toEqual(['mac']);
});

describe('port mappings of the verbs', () => {
  it('are for tcp where they name no protocol', async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    const list = listOfTypes([], { plugins: [{ type: 'one', capabilities: { portMappings: true } }] });
    const capabilityArgs = {
      portMappings: [
        { hostPort: 1, containerPort: 2 },
        { hostPort: 1, containerPort: 2, Protocol: 'udp' },
      ],
    };
    await plugins.cni.addNetworkList(list, { ...rt, capabilityArgs });
    await plugins.cni.delNetworkList(list, { ...rt, capabilityArgs });
    for (const { stdin } of await plugins.folder.calls())
      expect(JSON.parse(stdin).runtimeConfig.portMappings).toEqual([
        { hostPort: 1, containerPort: 2, protocol: 'tcp' },
        { hostPort: 1, containerPort: 2, Protocol: 'udp' },
      ]);
  });
});

describe('a warning', () => {
  it('says that a list without a version gets results in the oldest form', async () => {
    await plugins.folder.add('one', { ADD: { stdout: '{"ip4":{"ip":"10.0.0.2/24"}}' } });
    const warnings = warningsOf();
    await plugins.cni.addNetworkList(listOfTypes(['one'], { cniVersion: '' }), rt);
    expect(warnings).toMatchObject([{ code: 'NO_CNI_VERSION', network: 'net' }]);
    expect(warnings[0]?.message).toContain('0.1.0');
  });

  it('says that rules may stay of a namespace that is gone', async () => {
    await plugins.folder.add('one');
    const warnings = warningsOf();
    const list = listOfTypes([], { plugins: [{ type: 'one', ipMasq: true }] });
    await plugins.cni.delNetworkList(list, { ...rt, netns: '/proc/self/ns/net' }, { hostNetns: true });
    expect(warnings).toEqual([]);
    const warning = { code: 'RULES_MAY_STAY', network: 'net' };
    await plugins.cni.delNetworkList(list, { ...rt, netns: '' });
    expect(warnings).toMatchObject([warning]);
    // As of a record of Go, which does not say which namespace was there.
    await plugins.cni.delNetworkList(list, { ...rt, netns: '/run/netns/gone' });
    expect(warnings).toMatchObject([warning, warning]);
  });
});

describe('arguments that DEL is not given', () => {
  const list = (cniVersion = '1.0.0') =>
    listOfTypes([], {
      cniVersion,
      plugins: [{ type: 'one', capabilities: { portMappings: true, bandwidth: true, mac: false } }],
    });
  const portMappings = [{ hostPort: 1, containerPort: 2, protocol: 'tcp' as const }];
  const capabilityArgs = { portMappings, bandwidth: { ingressRate: 1, ingressBurst: 1 }, mac: 'x' };

  beforeEach(async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
  });

  it.each(['1.0.0', '0.3.1'])(
    'are named where the record has some for a capability of the list (%s)',
    async (version) => {
      await plugins.cni.addNetworkList(list(version), { ...rt, capabilityArgs });
      const warnings = warningsOf();
      const { bandwidth } = capabilityArgs;
      await plugins.cni.delNetworkList(list(version), { ...rt, capabilityArgs: { bandwidth } });
      expect(warnings).toMatchObject([
        {
          code: 'CAPABILITY_ARGS_MISSING',
          network: 'net',
          containerId: 'c1',
          ifName: 'eth0',
          capabilities: ['portMappings'],
        },
      ]);
      expect(warnings[0]?.message).toMatch(/portMappings.*may stay/);
      const { stdin = '' } = (await plugins.folder.calls()).at(-1) ?? {};
      expect(JSON.parse(stdin).runtimeConfig).toEqual({ bandwidth });
    },
  );

  it('are worth no warning where all are given, or the attachment had none', async () => {
    const warnings = warningsOf();
    await plugins.cni.addNetworkList(list(), { ...rt, capabilityArgs: { portMappings } });
    await plugins.cni.delNetworkList(list(), { ...rt, capabilityArgs: { portMappings } });
    await plugins.cni.addNetworkList(list(), { ...rt, capabilityArgs: { portMappings: [], bandwidth: {} } });
    await plugins.cni.delNetworkList(list(), rt);
    await plugins.cni.delNetworkList(list(), rt);
    expect(warnings).toEqual([]);
  });

  it('are those of the record in a garbage collection', async () => {
    await plugins.cni.addNetworkList(list(), { ...rt, capabilityArgs: { portMappings } });
    const warnings = warningsOf();
    await plugins.cni.gcNetworkList(list(), { validAttachments: [] });
    expect(warnings).toEqual([]);
    const { stdin = '' } = (await plugins.folder.calls()).at(-1) ?? {};
    expect(JSON.parse(stdin).runtimeConfig).toEqual({ portMappings });
  });
});

describe('strict', () => {
  it('makes an error of capability arguments that nobody declares, before anything runs', async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    const { bin, cacheDir } = plugins.folder;
    await using strict = new CNIConfig({ path: [bin], cacheDir, strict: true });
    const given = { ...rt, capabilityArgs: { mac: 'x' } };
    await expect(strict.addNetworkList(newest(['one']), given)).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      message: expect.stringContaining('declares mac'),
    });
    expect(await plugins.folder.calls()).toEqual([]);
    await strict.addNetworkList(newest(['one']), rt);
  });
});
