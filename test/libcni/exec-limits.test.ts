import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HelperExec, type PluginError, ProcessExec } from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { NodeProcess } from '../platform/helper/harness/node-process.js';
import { isRunning } from '../platform/helper/harness/processes.js';
import { failedAdd } from './harness/failed-add.js';

const plugins = usePluginFolder();

const MIB = 1024 * 1024;

/** Shell that prints so many bytes of a document that does not end. */
function halfDocument(bytes: number): string {
  return `{ printf '{"a":"'; head -c ${bytes - 6} /dev/zero | tr '\\0' x; }`;
}

/** A signal that is aborted later. */
function abortedAfter(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}

describe.each([
  ['HelperExec', () => new HelperExec()],
  ['ProcessExec', () => new ProcessExec()],
])('a plugin run by %s', (_, create) => {
  const exec = create();

  it('that prints half a JSON document of almost 16 MiB has failed', async () => {
    await plugins.folder.add('bad', { ADD: { shell: halfDocument(16 * MIB) } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'bad-output', code: 6 });
    expect(error).toHaveProperty('stdout.length', 64 * 1024);
  });

  it('that prints half a JSON document of more than 16 MiB is stopped', async () => {
    await plugins.folder.add('bad', { ADD: { shell: `${halfDocument(16 * MIB + 1)}; sleep 30` } });
    const error = await failedAdd(plugins.folder, { exec });
    expect(error).toMatchObject({ name: 'PluginError', reason: 'output-too-large', code: 5 });
    const { stdout } = error as PluginError;
    expect(stdout.startsWith('{"a":"xx')).toBe(true);
    expect(stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(stdout.length).toBeGreaterThan(1024);
  });

  it.each([2 ** 31, 2 ** 33, Number.MAX_VALUE])('may take %d ms', async (timeoutMs) => {
    await plugins.folder.add('good', { ADD: { shell: 'sleep 0.2', stdout: resultText() } });
    const adding = plugins.folder.cni(exec).addNetworkList(listOfTypes(['good']), rt, { timeoutMs });
    expect(await adding).toEqual(JSON.parse(resultText()));
  });

  it.each([
    ['the deadline', { timeoutMs: 2000 }],
    ['a limit of the output', {}],
  ])('leaves no child behind that ignores TERM, after %s', async (_, limits) => {
    const pidFile = join(plugins.folder.root, 'child');
    const print = 'timeoutMs' in limits ? 'sleep 60' : halfDocument(17 * MIB);
    const child = `sh -c 'trap "" TERM; while :; do sleep 0.1; done' > /dev/null 2>&1 &`;
    await plugins.folder.add('bad', { ADD: { shell: `${child}\necho $! > ${pidFile}\n${print}` } });
    await failedAdd(plugins.folder, { exec, ...limits });
    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 3000 }).toBe(false);
  });

  it('that takes too long is stopped and named', async () => {
    await plugins.folder.add('bad', { ADD: { shell: 'sleep 60' } });
    const started = performance.now();
    const error = await failedAdd(plugins.folder, { exec, timeoutMs: 300 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(error).toMatchObject({ name: 'LibcniError', code: 'ERR_TIMEOUT' });
  });

  it('that is aborted in the same tick is stopped', async () => {
    await plugins.folder.add('slow', { ADD: { shell: 'sleep 10' } });
    const controller = new AbortController();
    const adding = plugins.folder
      .cni(exec)
      .addNetworkList(listOfTypes(['slow']), rt, { signal: controller.signal });
    queueMicrotask(() => controller.abort());
    await expect(adding).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('that is aborted is stopped, with the reason as the cause', async () => {
    await plugins.folder.add('bad', { ADD: { shell: `touch ${plugins.folder.root}/started; sleep 60` } });
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 200);
    const error = await failedAdd(plugins.folder, { exec, signal: controller.signal });
    expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: reason });
  });

  it('that leaves a background process with its output open is not waited for', async () => {
    const stdout = resultText();
    await plugins.folder.add('good', { ADD: { shell: 'sleep 10 &', stdout } });
    const started = performance.now();
    const result = await plugins.folder.cni(exec).addNetworkList(listOfTypes(['good']), rt);
    expect(performance.now() - started).toBeLessThan(8000);
    expect(result).toEqual(JSON.parse(stdout));
  });

  it('that is still being written is tried again', async () => {
    const file = await plugins.folder.add('good', { ADD: { stdout: resultText() } });
    const writer = await open(file, 'r+');
    const closing = sleep(300).then(() => writer.close());
    const result = await plugins.folder.cni(exec).addNetworkList(listOfTypes(['good']), rt);
    await closing;
    expect(result.cniVersion).toBe('1.0.0');
  });

  it('that stays busy fails at the deadline', async () => {
    const file = await plugins.folder.add('bad');
    const writer = await open(file, 'r+');
    const error = await failedAdd(plugins.folder, { exec, timeoutMs: 400 });
    await writer.close();
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', cause: { code: 'ETXTBSY' } });
    expect(error.message).toContain('ETXTBSY');
  });

  it('that stays busy fails with the limit that it was given', async () => {
    const file = await plugins.folder.add('bad');
    const writer = await open(file, 'r+');
    const error = await exec.execPlugin(file, '', {}, { timeoutMs: 400 }).catch((failure: Error) => failure);
    await writer.close();
    expect(error).toHaveProperty('message', expect.stringContaining('timeoutMs of 400 ms'));
  });

  it('that is aborted while its file is busy has not been started, so nothing is rolled back', async () => {
    const file = await plugins.folder.add('bad');
    const writer = await open(file, 'r+');
    const reason = new Error('enough');
    const adding = plugins.folder
      .cni(exec)
      .addNetworkList(listOfTypes(['bad']), rt, { signal: abortedAfter(100, reason) });
    const started = performance.now();
    const error = await adding.catch((failure: unknown) => failure);
    const tookMs = performance.now() - started;
    await writer.close();
    expect(error).toMatchObject({ code: 'ERR_ABORTED', reason: 'not-started', cause: reason });
    expect(error).toMatchObject({ rollbackErrors: [] });
    expect(tookMs).toBeLessThan(10_000);
  });
});

it.each([
  ['HelperExec', new HelperExec()],
  ['ProcessExec', new ProcessExec()],
])('%s says of a run that was aborted before that nothing was started', async (_, exec) => {
  const signal = AbortSignal.abort(new Error('early'));
  const running = exec.execPlugin('/bin/true', '', {}, { signal });
  await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED', reason: 'not-started' });
});

it('the first plugin that ProcessExec runs can be aborted at any time', async () => {
  const node = new NodeProcess('early-abort.ts');
  expect([await node.ended, node.output]).toEqual([0, 'ERR_ABORTED\n']);
});
