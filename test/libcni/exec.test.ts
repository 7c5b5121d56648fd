import { chmod, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CNIConfig,
  type Exec,
  findInPath,
  HelperExec,
  LibcniError,
  networkConfFromBytes,
  PluginError,
  ProcessExec,
} from '../../src/index.js';
import { listOfTypes, PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';

let folder: PluginFolder;

beforeEach(async () => {
  folder = await PluginFolder.create();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };

/** ADD of one plugin, which is bound to fail. */
async function failedAdd(
  exec: Exec,
  more: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Error> {
  const list = listOfTypes(['bad']);
  return await folder
    .cni(exec)
    .addNetworkList(list, rt, { rollback: false, ...more })
    .then(
      () => expect.unreachable('ADD succeeded'),
      (error: Error) => error,
    );
}

function expectFullMessage(error: Error): void {
  for (const part of ['bad', 'ADD', 'net', 'c1']) expect(error.message).toContain(part);
  expect(error).toMatchObject({
    verb: 'ADD',
    plugin: 'bad',
    network: 'net',
    containerId: 'c1',
    ifName: 'eth0',
  });
}

const MIB = 1024 * 1024;

/** Shell that prints so many bytes of a document that does not end. */
function halfDocument(bytes: number): string {
  return `{ printf '{"a":"'; head -c ${bytes - 6} /dev/zero | tr '\\0' x; }`;
}

/** A process that has ended may stay listed until it is reaped. */
async function isRunning(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\t[XZ]/m.test(status);
}

describe.each([
  ['HelperExec', () => new HelperExec()],
  ['ProcessExec', () => new ProcessExec()],
])('a plugin run by %s', (_, create) => {
  const exec = create();

  it('gets the whole environment and its configuration, and its output is the result', async () => {
    await folder.add('good', { ADD: { stdout: resultText() } });
    const result = await folder.cni(exec).addNetworkList(listOfTypes(['good']), {
      ...rt,
      args: [
        ['A', '1'],
        ['B', 'x=y'],
      ],
    });
    expect(result).toEqual(JSON.parse(resultText()));
    const [call] = await folder.calls();
    expect(call?.env).toMatchObject({
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/a',
      CNI_IFNAME: 'eth0',
      CNI_ARGS: 'A=1;B=x=y',
      CNI_PATH: folder.bin,
      HOME: process.env.HOME,
    });
    expect(JSON.parse(call?.stdin ?? '')).toEqual({ type: 'good', name: 'net', cniVersion: '1.0.0' });
  });

  it('that reports an error rejects with its code, message, details and circumstances', async () => {
    const stdout = JSON.stringify({ code: 101, msg: 'no', details: 'because' });
    await folder.add('bad', { ADD: { stdout, stderr: 'noise', exitCode: 3 } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
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
    await folder.add('bad', { ADD: { stdout } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'reported', exitCode: 0, ...said });
  });

  it('that fails without a word says how it ended', async () => {
    await folder.add('bad', { ADD: { exitCode: 4 } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ reason: 'exit', code: 0, exitCode: 4 });
    expect(error.message).toContain('exit code 4');
  });

  it('that fails with words on stderr only has them quoted', async () => {
    await folder.add('bad', { ADD: { stderr: 'panic: oh\n', exitCode: 2 } });
    const error = await failedAdd(exec);
    expect(error).toMatchObject({ reason: 'exit', stderr: 'panic: oh\n' });
    expect(error.message).toContain('panic: oh');
  });

  it('that fails with something else than an error object says so', async () => {
    await folder.add('bad', { ADD: { stdout: 'Segfault', exitCode: 2 } });
    const error = await failedAdd(exec);
    expect(error).toMatchObject({ reason: 'exit', stdout: 'Segfault' });
    expect(error.message).toContain('not valid JSON');
  });

  it('that a signal ends says which', async () => {
    await folder.add('bad', { ADD: { shell: 'kill -SEGV $$' } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'killed', signal: 'SIGSEGV', exitCode: null });
  });

  it('that prints nothing where a result is due has failed', async () => {
    await folder.add('bad');
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'no-output', code: 6 });
  });

  it('that prints half a JSON document has failed', async () => {
    await folder.add('bad', { ADD: { stdout: '{"cniVersion":"1.0' } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'bad-output', code: 6 });
    expect(error.cause).toBeInstanceOf(LibcniError);
  });

  it('that prints a result of an unknown version has failed', async () => {
    await folder.add('bad', { ADD: { stdout: '{"cniVersion":"7.0.0"}' } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({
      name: 'LibcniError',
      code: 'ERR_VERSION',
      reason: 'unknown-result-version',
      value: '7.0.0',
    });
  });

  it('that prints half a JSON document of almost 16 MiB has failed', async () => {
    await folder.add('bad', { ADD: { shell: halfDocument(16 * MIB) } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'bad-output', code: 6 });
    expect(error).toHaveProperty('stdout.length', 4096);
  });

  it('that prints half a JSON document of more than 16 MiB is stopped', async () => {
    await folder.add('bad', { ADD: { shell: `${halfDocument(16 * MIB + 1)}; sleep 30` } });
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'output-too-large', code: 5 });
    const { stdout } = error as PluginError;
    expect(stdout.startsWith('{"a":"xx')).toBe(true);
    expect(stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(stdout.length).toBeGreaterThan(1024);
  });

  it.each([2 ** 31, 2 ** 33, Number.MAX_VALUE])('may take %d ms', async (timeoutMs) => {
    await folder.add('good', { ADD: { shell: 'sleep 0.2', stdout: resultText() } });
    const adding = folder.cni(exec).addNetworkList(listOfTypes(['good']), rt, { timeoutMs });
    expect(await adding).toEqual(JSON.parse(resultText()));
  });

  it.each([
    ['the deadline', { timeoutMs: 300 }],
    ['a limit of the output', {}],
  ])('leaves no child behind that ignores TERM, after %s', async (_, limits) => {
    const pidFile = join(folder.root, 'child');
    const print = 'timeoutMs' in limits ? 'sleep 60' : halfDocument(17 * MIB);
    const child = `sh -c 'trap "" TERM; while :; do sleep 0.1; done' > /dev/null 2>&1 &`;
    await folder.add('bad', { ADD: { shell: `${child}\necho $! > ${pidFile}\n${print}` } });
    expectFullMessage(await failedAdd(exec, limits));
    const pid = (await readFile(pidFile, 'utf8')).trim();
    await expect.poll(() => isRunning(pid), { timeout: 3000 }).toBe(false);
  });

  it('that takes too long is stopped and named', async () => {
    await folder.add('bad', { ADD: { shell: 'sleep 60' } });
    const started = performance.now();
    const error = await failedAdd(exec, { timeoutMs: 300 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'LibcniError', code: 'ERR_TIMEOUT' });
  });

  it('that is aborted is stopped, with the reason as the cause', async () => {
    await folder.add('bad', { ADD: { shell: `touch ${folder.root}/started; sleep 60` } });
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 200);
    const error = await failedAdd(exec, { signal: controller.signal });
    expectFullMessage(error);
    expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: reason });
  });

  it('without a run bit is not permitted', async () => {
    await chmod(await folder.add('bad'), 0o644);
    const error = await failedAdd(exec);
    expectFullMessage(error);
    expect(error).toMatchObject({
      name: 'LibcniError',
      code: 'ERR_PERMISSION',
      reason: 'plugin-not-executable',
    });
  });

  it('that is no program at all says so', async () => {
    await writeFile(join(folder.bin, 'bad'), 'neither script nor binary\0\x01');
    await chmod(join(folder.bin, 'bad'), 0o755);
    const error = await failedAdd(exec);
    expectFullMessage(error);
    // Node hands what is no program to a shell, the helper refuses it.
    expect(error).toMatchObject({
      name: 'PluginError',
      reason: exec instanceof HelperExec ? 'exec' : 'exit',
    });
  });

  it('that leaves a background process with its output open is not waited for', async () => {
    const stdout = resultText();
    await folder.add('good', { ADD: { shell: 'sleep 3 &', stdout } });
    const started = performance.now();
    const result = await folder.cni(exec).addNetworkList(listOfTypes(['good']), rt);
    expect(performance.now() - started).toBeLessThan(2500);
    expect(result).toEqual(JSON.parse(stdout));
  });

  it('whose interpreter is missing says so', async () => {
    await writeFile(join(folder.bin, 'bad'), '#!/nowhere/sh\n');
    await chmod(join(folder.bin, 'bad'), 0o755);
    const error = await failedAdd(exec);
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', reason: 'interpreter-missing' });
    expect(error.message).toContain('interpreter');
  });

  it('that is still being written is tried again', async () => {
    const file = await folder.add('good', { ADD: { stdout: resultText() } });
    const writer = await open(file, 'r+');
    const closing = sleep(300).then(() => writer.close());
    const result = await folder.cni(exec).addNetworkList(listOfTypes(['good']), rt);
    await closing;
    expect(result.cniVersion).toBe('1.0.0');
  });

  it('that stays busy fails at the deadline', async () => {
    const file = await folder.add('bad');
    const writer = await open(file, 'r+');
    const error = await failedAdd(exec, { timeoutMs: 400 });
    await writer.close();
    expectFullMessage(error);
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', cause: { code: 'ETXTBSY' } });
    expect(error.message).toContain('ETXTBSY');
  });
});

describe('finding a plugin', () => {
  it('takes the first regular file of the name', async () => {
    const other = join(folder.root, 'other');
    await mkdir(join(other, 'p'), { recursive: true });
    const file = await folder.add('p');
    expect(await findInPath('p', [other, folder.bin])).toBe(file);
  });

  it('needs a name', async () => {
    await expect(findInPath('', [folder.bin])).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });

  it.each(['a/b', '../x', '/bin/sh'])('refuses the name %s', async (name) => {
    await expect(findInPath(name, [folder.bin])).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      value: name,
    });
  });

  it('needs folders', async () => {
    await expect(findInPath('p', [])).rejects.toThrow(/list of plugin folders is empty/);
  });

  it('says what each folder has instead', async () => {
    await mkdir(join(folder.bin, 'p'));
    const error: Error = await findInPath('p', ['/nowhere', folder.bin]).catch((e) => e);
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'p' });
    expect(error.message).toContain('/nowhere/p: not there');
    expect(error.message).toContain('is a folder');
  });

  it.each([
    ['no plugin name', '', 'ERR_CONF_INVALID', 'no-plugin-name'],
    ['a name with a slash', 'a/b', 'ERR_CONF_INVALID', 'bad-plugin-name'],
    ['no folders', 'nofolder', 'ERR_PLUGIN_NOT_FOUND', 'no-plugin-folders'],
    ['a missing plugin', 'gone', 'ERR_PLUGIN_NOT_FOUND', 'plugin-missing'],
    ['a folder in its place', 'dir', 'ERR_PLUGIN_NOT_FOUND', 'plugin-is-folder'],
    ['a device in its place', 'null', 'ERR_PLUGIN_NOT_FOUND', 'plugin-not-a-file'],
    ['a path that is too long', 'p'.repeat(300), 'ERR_PLUGIN_NOT_FOUND', 'plugin-unreachable'],
  ])('in a verb: %s has its own reason and names its circumstances', async (_, type, code, reason) => {
    await mkdir(join(folder.bin, 'dir'));
    await symlink('/dev/null', join(folder.bin, 'null'));
    const path = reason === 'no-plugin-folders' ? [] : [folder.bin];
    const list = { ...listOfTypes(['x']), plugins: [{ network: { type }, bytes: '{}' }] };
    const cni = new CNIConfig({ path, cacheDir: folder.cacheDir });
    const error: Error = await cni.addNetworkList(list, rt).catch((e) => e);
    const where = { verb: 'ADD', network: 'net', containerId: 'c1', ifName: 'eth0' };
    expect(error).toMatchObject({ name: 'LibcniError', code, reason, plugin: type, ...where });
    for (const part of ['ADD', type, 'net', 'c1', 'eth0']) expect(error.message).toContain(part);
  });
});

describe('the environment of a plugin', () => {
  it('carries a valid trace context', async () => {
    await folder.add('good', { ADD: { stdout: resultText() } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const trace = { traceparent, tracestate: 'a=1', baggage: 'k=v' };
    await folder.cni().addNetworkList(listOfTypes(['good']), rt, { trace });
    expect((await folder.calls())[0]?.env).toMatchObject({
      TRACEPARENT: traceparent,
      TRACESTATE: 'a=1',
      BAGGAGE: 'k=v',
    });
  });

  it.each(['x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, ''])(
    'carries no invalid one (%j)',
    async (traceparent) => {
      await folder.add('good', { ADD: { stdout: resultText() } });
      await folder
        .cni()
        .addNetworkList(listOfTypes(['good']), rt, { trace: { traceparent, baggage: 'k=v' } });
      const env = (await folder.calls())[0]?.env ?? {};
      expect([env.TRACEPARENT, env.BAGGAGE]).toEqual([undefined, undefined]);
    },
  );

  it.each([[['', 'x']], [['a', 'b;c']], [['a;b', 'c']], [['a=b', 'c']], [['a', 'b\0']]])(
    'refuses the argument %j, which could not be read back',
    async (pair) => {
      await folder.add('good', { ADD: { stdout: resultText() } });
      const args = [pair] as unknown as [string, string][];
      await expect(folder.cni().addNetworkList(listOfTypes(['good']), { ...rt, args })).rejects.toMatchObject(
        {
          code: 'ERR_CONF_INVALID',
        },
      );
      expect(await folder.calls()).toEqual([]);
    },
  );

  it('is not reached by a netns with NUL', async () => {
    await expect(
      folder.cni().delNetworkList(listOfTypes(['x']), { ...rt, netns: 'a\0b' }),
    ).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
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
    const error: Error = await folder
      .cni(exec)
      .addNetworkList(list, rt, { rollback: false })
      .catch((e) => e);
    expectFullMessage(error);
    expect(error).toMatchObject({ name: 'PluginError', reason: 'exec', cause, pluginPath: '/fake/bad' });
  });
});
