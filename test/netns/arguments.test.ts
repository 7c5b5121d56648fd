import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as typed from '../../src/netns/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

/** The functions as a program calls them that no compiler has checked. */
type Unchecked = Record<string, (...given: unknown[]) => Promise<unknown>>;
const calls = typed as unknown as Unchecked;

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
const dir = join(folder, 'namespaces');
let netns: Unchecked & typed.Netns;

beforeAll(async () => {
  netns = (await typed.createNetns({ path: join(folder, 'ns'), helper })) as Unchecked & typed.Netns;
});
afterAll(() => isolated[Symbol.asyncDispose]());

async function expectRefusal(call: () => Promise<unknown> | undefined, says: string): Promise<void> {
  const outcome = await Promise.resolve(call()).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ name: 'LibcniError', code: 'ERR_CONF_INVALID' });
  expect(String(outcome)).toContain(says);
}

describe('a path is refused', () => {
  const functions = ['openNetns', 'removeNetns', 'isNetns', 'restoreNetns', 'loopbackUp'];
  const values = [undefined, null, 5, ''];
  it.each(functions.flatMap((name) => values.map((value) => [name, value])))(
    'by %s: %j',
    async (name, value) => {
      await expectRefusal(() => calls[`${name}`]?.(value, { helper }), 'path must be a path');
    },
  );

  it('with NUL, which no file has', async () => {
    for (const name of ['openNetns', 'removeNetns', 'restoreNetns', 'loopbackUp'])
      await expectRefusal(() => calls[name]?.('/run/a\0b', { helper }), 'path must be a path without NUL');
  });

  it('of an invalid folder', async () => {
    for (const value of [5, '', {}]) {
      await expectRefusal(() => calls.listNetns?.(value, { helper }), 'dir must be a path');
      await expectRefusal(() => calls.createNetns?.({ dir: value, helper }), 'dir must be a path');
      await expectRefusal(() => calls.identifyNetns?.(process.pid, { dir: value, helper }), 'dir must be');
      await expectRefusal(() => calls.reapNetns?.({ prefix: 'x-', dir: value, helper }), 'dir must be');
    }
  });
});

describe('a namespace is not made', () => {
  const link = { dir: join(folder, 'links'), pod: 'web' };
  it.each<[string, object, string]>([
    ['at the empty path', { path: '' }, 'path must be a path'],
    ['at a path that is no text', { path: 5 }, 'path must be a path'],
    ['under a name that is no text', { name: 5 }, 'name must be a string'],
    ['at a path with a name', { path: join(folder, 'both'), name: 'ns' }, 'path must not be given together'],
    ['at a path with a folder', { path: join(folder, 'both'), dir }, 'path must not be given together'],
    ['with a link that is none', { dir, link: {} }, 'link.dir must be a path'],
    ['with a link that is a string', { dir, link: 'web' }, 'link must be an object'],
    ['with a link of no pod', { dir, link: { dir: link.dir } }, 'link.pod must be a string'],
    ['with a signal that is none', { dir, signal: {} }, 'signal must be an AbortSignal'],
    ['with a time that is none', { dir, timeoutMs: '5' }, 'timeoutMs must be a number'],
    ['with a helper that is none', { dir, helper: {} }, 'helper must be a HelperClient'],
    ['with shareFolder that is a string', { dir, shareFolder: 'no' }, 'shareFolder must be true or false'],
  ])('%s', async (_, options, says) => {
    await expectRefusal(() => calls.createNetns?.({ helper, ...options }), says);
    expect([existsSync(dir), existsSync(join(folder, 'both')), existsSync(link.dir)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('with options that are a string', async () => {
    await expectRefusal(() => calls.createNetns?.('ns'), 'options must be an object');
    await expectRefusal(() => calls.restoreNetns?.(join(dir, 'ns'), 'x'), 'options must be an object');
  });
});

describe('null counts as left out', () => {
  const nothing = { path: null, name: null, link: null, signal: null, timeoutMs: null, shareFolder: null };

  it('where a namespace is made, restored, opened and removed', async () => {
    const made = (await calls.createNetns?.({
      ...nothing,
      dir: join(folder, 'null'),
      helper,
    })) as typed.Netns;
    await calls.restoreNetns?.(made.path, { ...nothing, helper });
    const opened = (await calls.openNetns?.(made.path, { ...nothing, helper })) as typed.Netns;
    await (opened as unknown as Unchecked).loopbackUp?.(null);
    await (opened as unknown as Unchecked).remove?.(null);
    expect(readdirSync(join(folder, 'null'))).toEqual([]);
  });

  it('where all options are left out', async () => {
    expect(await calls.isNetns?.('/proc/self/ns/net', null)).toBe(true);
    expect(await calls.listNetns?.(null, null)).toBeInstanceOf(Array);
  });

  it('where a command is run', async () => {
    expect(await netns.exec?.('true', null as never, null as never)).toMatchObject({ exitCode: 0 });
    const none = { env: null, stdin: null, cwd: null, timeoutMs: null, graceMs: null, signal: null };
    const { stdout } = await netns.exec('sh', ['-c', 'echo "$PATH"'], none as never);
    expect(stdout).toBe(`${process.env.PATH}\n`);
    const env = { PATH: '/usr/bin:/bin', A: null };
    expect((await netns.exec('env', [], { env } as never)).stdout).toBe('PATH=/usr/bin:/bin\n');
  });
});

describe('reaping is refused', () => {
  it.each<[unknown, string]>([
    [undefined, 'options must be an object'],
    [null, 'options must be an object'],
    [{}, 'prefix must be a string'],
    [{ prefix: null }, 'prefix must be a string'],
    [{ prefix: 5 }, 'prefix must be a string'],
    [{ prefix: 'x-', inUse: 5 }, 'inUse must be a function'],
    [{ prefix: 'x-', dryRun: 'no' }, 'dryRun must be true or false'],
  ])('with the options %j', async (options, says) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'x-left'), '', { mode: 0o444, flag: 'a' });
    await expectRefusal(() => calls.reapNetns?.(options && { dir, helper, ...options }), says);
    expect(readdirSync(dir)).toEqual(['x-left']);
  });
});

describe('a command is refused', () => {
  it.each<[string, unknown[], string]>([
    ['that is no text', [5], 'file must be a string'],
    ['with NUL', ['a\0b'], 'file must be a string without NUL'],
    ['with an argument that is no text', ['echo', [5]], 'args[0] must be a string'],
    ['with NUL in an argument', ['echo', ['a', 'a\0b']], 'args[1] must be a string without NUL'],
    ['with arguments that are a string', ['echo', 'a'], 'args must be an array'],
    ['with NUL in a variable', ['env', [], { env: { A: 'x\0y' } }], 'env.A must be a string without NUL'],
    ['with NUL in the name of one', ['env', [], { env: { 'A\0': 'x' } }], 'variable in env'],
    ['with a variable that is no text', ['env', [], { env: { A: 5 } }], 'env.A must be a string'],
    ['with variables that are an array', ['env', [], { env: ['A=5'] }], 'env must be an object'],
    ['with an input that is none', ['cat', [], { stdin: 5 }], 'stdin must be a string or a Uint8Array'],
    ['in a folder that is no text', ['pwd', [], { cwd: 5 }], 'cwd must be a path'],
    ['with a signal that is none', ['true', [], { signal: {} }], 'signal must be an AbortSignal'],
    ...[-1, 'x', Number.NaN].map((graceMs): [string, unknown[], string] => [
      `with ${graceMs} between TERM and KILL`,
      ['true', [], { graceMs }],
      'graceMs must be a number of milliseconds',
    ]),
  ])('%s', async (_, given, says) => {
    await expectRefusal(() => netns.exec(...(given as [string])), says);
  });
});
