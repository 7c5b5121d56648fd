import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { confFromBytes, networkConfFromBytes } from '../../../src/index.js';
import { resultText } from '../../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth7' };
const conf = confFromBytes('{"cniVersion":"1.1.0","name":"net","type":"one"}');
const list = networkConfFromBytes('{"cniVersion":"1.1.0","name":"net","plugins":[{"type":"one"}]}');

const stale = {
  CNI_COMMAND: 'NOPE',
  CNI_IFNAME: 'eth0',
  CNI_CONTAINERID: 'id',
  CNI_ARGS: 'args',
  CNI_NETNS: 'testns',
  CNI_PATH: 'testpath',
};

beforeEach(async () => {
  const shell = `cat "/proc/$$/environ" > '${join(plugins.folder.root, 'environ')}'`;
  const verbs = ['ADD', 'CHECK', 'DEL', 'STATUS'].map((verb) => [verb, { shell, stdout: resultText() }]);
  await plugins.folder.add('one', Object.fromEntries(verbs));
});

afterEach(() => vi.unstubAllEnvs());

/** The variables about the attachment that the plugin was started with, as often as they were there. */
async function given(): Promise<string[]> {
  const environ = await readFile(join(plugins.folder.root, 'environ'), 'utf8');
  return environ.split('\0').filter((variable) => variable.startsWith('CNI_'));
}

test('the CNI variables of this process do not reach a plugin, and those of the attachment are there once', async () => {
  for (const [name, value] of Object.entries(stale)) vi.stubEnv(name, value);
  const args = [
    ['KEY1', 'VALUE1'],
    ['KEY2', 'VALUE2'],
  ] as const;
  await plugins.cni.addNetwork(conf, { ...rt, args });
  expect((await given()).sort()).toEqual([
    'CNI_ARGS=KEY1=VALUE1;KEY2=VALUE2',
    'CNI_COMMAND=ADD',
    'CNI_CONTAINERID=c1',
    'CNI_IFNAME=eth7',
    'CNI_NETNS=/run/netns/a',
    `CNI_PATH=${plugins.folder.bin}`,
  ]);
});

const verbs = {
  ADD: () => plugins.cni.addNetwork(conf, rt),
  CHECK: () => plugins.cni.checkNetwork(conf, rt),
  DEL: () => plugins.cni.delNetwork(conf, rt),
  STATUS: () => plugins.cni.getStatusNetworkList(list),
} as const;
const names = ['ADD', 'CHECK', 'DEL', 'STATUS'] as const;

test.each(names)('%s finds the plugin by its type and runs it with that command', async (verb) => {
  await verbs[verb]();
  expect(await plugins.folder.order()).toEqual([`${verb} one`]);
  expect(await given()).toContain(`CNI_COMMAND=${verb}`);
  expect(await given()).toContain(verb === 'STATUS' ? 'CNI_IFNAME=' : 'CNI_IFNAME=eth7');
});

test.each(names)('%s runs with that command if this process has another one, which stays', async (verb) => {
  vi.stubEnv('CNI_COMMAND', 'NOPE');
  await verbs[verb]();
  expect((await given()).filter((variable) => variable.startsWith('CNI_COMMAND='))).toEqual([
    `CNI_COMMAND=${verb}`,
  ]);
  expect(process.env.CNI_COMMAND).toBe('NOPE');
});

test('STATUS fails if a plugin does not exist', async () => {
  const gone = networkConfFromBytes('{"cniVersion":"1.1.0","name":"net","plugins":[{"type":"gone"}]}');
  const missing = { code: 'ERR_PLUGIN_NOT_FOUND', verb: 'STATUS', plugin: 'gone', network: 'net' };
  await expect(plugins.cni.getStatusNetworkList(gone)).rejects.toMatchObject(missing);
});

test('VALIDATE of a single plugin fails if it does not exist', async () => {
  const gone = confFromBytes('{"cniVersion":"1.1.0","name":"net","type":"gone"}');
  const missing = { code: 'ERR_PLUGIN_NOT_FOUND', verb: 'VERSION', plugin: 'gone' };
  await expect(plugins.cni.validateNetwork(gone)).rejects.toMatchObject(missing);
});
