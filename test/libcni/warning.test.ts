import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, expect, it } from 'vitest';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

beforeEach(async () => {
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
});

const library = new URL('../../src/index.ts', import.meta.url).href;

/** A program that adds a network with an argument that no plugin declares, which is worth a warning. */
async function runProgram(prelude: string, debug = ''): Promise<{ stdout: string; stderr: string }> {
  const program = `
    const { CNIConfig, networkConfFromBytes } = await import(${JSON.stringify(library)});
    const cni = new CNIConfig(${JSON.stringify({ path: [plugins.folder.bin], cacheDir: plugins.folder.cacheDir })});
    ${prelude}
    const list = networkConfFromBytes('{"name":"net","cniVersion":"1.0.0","plugins":[{"type":"one"}]}');
    const rt = { containerId: 'c1', netns: '/n', ifName: 'eth0', capabilityArgs: { mac: '02:00:00:00:00:01' } };
    const { cniVersion } = await cni.addNetworkList(list, rt);
    console.log('added', cniVersion);`;
  return await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    { env: { ...process.env, DEBUG: debug } },
  );
}

it('a listener that throws does not stop the verb, and its error is uncaught', async () => {
  const { stdout } = await runProgram(`
    process.on('uncaughtException', (error) => console.log('uncaught', error.message));
    cni.on('warning', ({ code }) => { throw new Error('listener of ' + code); });`);
  expect(stdout.trim().split('\n')).toEqual(['uncaught listener of UNUSED_CAPABILITY_ARGS', 'added 1.0.0']);
  expect(await plugins.folder.order()).toEqual(['ADD one']);
});

it('a warning nobody listens to is in the debug log', async () => {
  const { stdout, stderr } = await runProgram('', 'libcni:*');
  expect(stdout.trim()).toBe('added 1.0.0');
  expect(stderr).toMatch(/libcni:warning .*no plugin of network net declares mac.*container c1/);
});

it('nothing is logged unasked', async () => {
  expect(await runProgram('')).toEqual({ stdout: 'added 1.0.0\n', stderr: '' });
});
