import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Exec,
  HelperExec,
  LibcniError,
  networkConfFromBytes,
  PluginError,
  ProcessExec,
} from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { expectCircumstances, failedAdd } from './harness/failed-add.js';

const plugins = usePluginFolder();

describe.each([
  ['HelperExec', () => new HelperExec()],
  ['ProcessExec', () => new ProcessExec()],
])('a plugin run by %s', (_, create) => {
  const exec = create();

  it('gets the whole environment and its configuration, and its output is the result', async () => {
    await plugins.folder.add('good', { ADD: { stdout: resultText() } });
    const result = await plugins.folder.cni(exec).addNetworkList(listOfTypes(['good']), {
      ...rt,
      args: [
        ['A', '1'],
        ['B', 'x=y'],
      ],
    });
    expect(result).toEqual(JSON.parse(resultText()));
    const [call] = await plugins.folder.calls();
    expect(call?.env).toMatchObject({
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/a',
      CNI_IFNAME: 'eth0',
      CNI_ARGS: 'A=1;B=x=y',
      CNI_PATH: plugins.folder.bin,
      HOME: process.env.HOME,
    });
    expect(JSON.parse(call?.stdin ?? '')).toEqual({ type: 'good', name: 'net', cniVersion: '1.0.0' });
  });

  it('that reports an error rejects with its code, message, details and circumstances', async () => {
    const stdout = JSON.stringify({ code: 101, msg: 'no', details: 'because' });
    await plugins.folder.add('bad', { ADD: { stdout, stderr: 'noise', exitCode: 3 } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({
      reason: 'reported',
      code: 101,
      msg: 'no',
      details: 'because',
      exitCode: 3,
      stderr: 'noise',
      stdout,
    });
  });

  it.each([
    ['{"code":7,"msg":"no"}', { code: 7, msg: 'no' }],
    ['{"cniVersion":"1.0.0","code":7,"details":"d"}', { code: 7, msg: '', details: 'd' }],
    ['{"Code":7}', { code: 7, msg: '' }],
    ['{"code":"7","msg":"no"}', { code: 0, msg: 'no' }],
    ['{"code":7,"msg":"no","details":5}', { code: 7, msg: 'no', details: undefined }],
  ])('that prints the error object %s and exits with 0 has failed', async (stdout, said) => {
    await plugins.folder.add('bad', { ADD: { stdout } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'reported', exitCode: 0, ...said });
  });

  it('that fails without output says how it ended', async () => {
    await plugins.folder.add('bad', { ADD: { exitCode: 4 } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ reason: 'exit', code: 0, exitCode: 4 });
    expect(error.message).toContain('exit code 4');
  });

  it('that fails with words on stderr only has them quoted', async () => {
    await plugins.folder.add('bad', { ADD: { stderr: 'panic: oh\n', exitCode: 2 } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ reason: 'exit', stderr: 'panic: oh\n' });
    expect(error.message).toContain('panic: oh');
  });

  it.each(['{}', 'null', resultText()])(
    'that fails with %s and words on stderr has both quoted',
    async (stdout) => {
      await plugins.folder.add('bad', { ADD: { stdout, stderr: 'panic: oh\n', exitCode: 2 } });
      const error = await failedAdd(plugins.folder, { exec });
      expect(error).toMatchObject({ reason: 'exit', code: 0, exitCode: 2, stdout });
      expect(error.message).toMatch(/exit code 2.*printed no error.*panic: oh/s);
    },
  );

  it('that fails with something else than an error object says so', async () => {
    await plugins.folder.add('bad', { ADD: { stdout: 'Segfault', exitCode: 2 } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ reason: 'exit', stdout: 'Segfault' });
    expect(error.message).toContain('not valid JSON');
  });

  it('that a signal ends says which', async () => {
    await plugins.folder.add('bad', { ADD: { shell: 'kill -SEGV $$' } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'killed', signal: 'SIGSEGV', exitCode: null });
  });

  it('that prints nothing where a result is due has failed', async () => {
    await plugins.folder.add('bad');
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'no-output', code: 6 });
  });

  it('that prints half a JSON document has failed', async () => {
    await plugins.folder.add('bad', { ADD: { stdout: '{"cniVersion":"1.0' } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'bad-output', code: 6 });
    expect(error.cause).toBeInstanceOf(LibcniError);
  });

  it('that prints a result of an unknown version has failed', async () => {
    await plugins.folder.add('bad', { ADD: { stdout: '{"cniVersion":"7.0.0"}' } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({
      name: 'LibcniError',
      code: 'ERR_VERSION',
      reason: 'unknown-result-version',
      value: '7.0.0',
    });
  });

  it('without a run bit is not permitted', async () => {
    await chmod(await plugins.folder.add('bad'), 0o644);
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({
      name: 'LibcniError',
      code: 'ERR_PERMISSION',
      reason: 'plugin-not-executable',
    });
  });

  it('that is not a program says so', async () => {
    await writeFile(join(plugins.folder.bin, 'bad'), 'neither script nor binary\0\x01');
    await chmod(join(plugins.folder.bin, 'bad'), 0o755);
    const error = await failedAdd(plugins.folder, { exec });
    // Node hands what is no program to a shell, the helper refuses it.
    expect(error).toMatchObject({
      name: 'PluginError',
      reason: exec instanceof HelperExec ? 'exec' : 'exit',
    });
  });

  it('whose interpreter is missing says so', async () => {
    await writeFile(join(plugins.folder.bin, 'bad'), '#!/nowhere/sh\n');
    await chmod(join(plugins.folder.bin, 'bad'), 0o755);
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', reason: 'interpreter-missing' });
    expect(error.message).toContain('interpreter');
  });
});

describe('a custom Exec', () => {
  it('is asked instead, and its own errors become the cause of a PluginError', async () => {
    const cause = new Error('boom');
    const exec: Exec = {
      findInPath: async (plugin) => `/fake/${plugin}`,
      execPlugin: async () => Promise.reject(cause),
    };
    const list = networkConfFromBytes('{"name":"net","cniVersion":"1.0.0","plugins":[{"type":"bad"}]}');
    const error: Error = await plugins.folder
      .cni(exec)
      .addNetworkList(list, rt, { rollback: false })
      .catch((e) => e);
    expectCircumstances(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'exec', cause, pluginPath: '/fake/bad' });
  });
});
