import { format } from 'node:util';
import createDebug from 'debug';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HelperExec, ProcessExec } from '../../../src/index.js';
import { listOfTypes, resultText } from '../../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const print = createDebug.log;
let lines: string[];

beforeEach(() => {
  lines = [];
  createDebug.log = (...parts: unknown[]) => lines.push(format(...parts));
});

afterEach(() => {
  createDebug.disable();
  createDebug.log = print;
});

test.each([
  ['HelperExec', () => new HelperExec()],
  ['ProcessExec', () => new ProcessExec()],
])('what a plugin that succeeds says on stderr goes to the log, run by %s', async (_, create) => {
  createDebug.enable('libcni:exec');
  const file = await plugins.folder.add('one', {
    ADD: { stdout: resultText(), stderr: 'some stderr message' },
  });
  const added = plugins.folder.cni(create()).addNetworkList(listOfTypes(['one']), rt);
  expect(await added).toEqual(JSON.parse(resultText()));
  expect(lines).toContainEqual(expect.stringContaining(`${file} wrote to stderr: some stderr message`));
});

test('a plugin that says nothing on stderr leaves no such line', async () => {
  createDebug.enable('libcni:exec');
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
  await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
  expect(lines).toContainEqual(expect.stringContaining('ADD one of net: success'));
  expect(lines).not.toContainEqual(expect.stringContaining('stderr'));
});
