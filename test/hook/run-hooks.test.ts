import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OciHook, runHooks } from '../../src/index.js';

const state = { ociVersion: '1.0.2', id: 'c1', status: 'creating', pid: 1, bundle: '/b' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-hooks-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A hook that notes what it was given in a file. */
async function hook(name: string, more = 'exit 0'): Promise<OciHook & { readonly path: string }> {
  const path = join(folder, name);
  const script = `#!/bin/sh\n{ echo "$0 $*"; cat; echo; env; } > ${path}.seen\necho ${name} >> ${folder}/order\n${more}\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return { path };
}

async function order(): Promise<string[]> {
  return (await readFile(join(folder, 'order'), 'utf8')).trim().split('\n');
}

it('a point that does not exist is refused before anything runs', async () => {
  const hooks = [await hook('one')];
  const running = runHooks(hooks, state, { point: 'createcontainer' as 'createContainer' });
  await expect(running).rejects.toThrow(
    /options\.point must be one of prestart, createRuntime, createContainer/,
  );
  await expect(order()).rejects.toThrow(/ENOENT/);
});

describe('a list of hooks', () => {
  it('is run in order, each with the state on its standard input', async () => {
    const hooks = [await hook('one'), await hook('two'), await hook('three')];
    expect(await runHooks(hooks, state)).toEqual([]);
    expect(await order()).toEqual(['one', 'two', 'three']);
    expect(await readFile(join(folder, 'two.seen'), 'utf8')).toContain(JSON.stringify(state));
  });

  it('is run as it was at the call, whatever the caller changes meanwhile', async () => {
    const second = { ...(await hook('two')), args: ['name', 'first'] };
    const hooks: OciHook[] = [await hook('one'), second];
    const running = runHooks(hooks, state);
    second.args[1] = 'other';
    second.path = '/none';
    hooks.push({ path: '/none' });
    expect(await running).toEqual([]);
    expect(await readFile(join(folder, 'two.seen'), 'utf8')).toContain('two first\n');
  });

  it('gives each its arguments and its environment, and nothing of this process', async () => {
    const { path } = await hook('one');
    process.env.HOOK_TEST = 'of this process';
    await runHooks([{ path, args: ['name', 'first', 'second'], env: ['A=1', 'B=x=y'] }], state);
    delete process.env.HOOK_TEST;
    const seen = await readFile(join(folder, 'one.seen'), 'utf8');
    expect(seen).toContain(`${path} first second`);
    expect(seen).toContain('A=1\n');
    expect(seen).toContain('B=x=y\n');
    expect(seen).not.toContain('HOOK_TEST');
  });

  it('ends with the first failure, and what it printed, at createRuntime', async () => {
    const hooks = [await hook('one'), await hook('two', 'echo no luck >&2; exit 3'), await hook('three')];
    await expect(runHooks(hooks, state)).rejects.toMatchObject({
      code: 'ERR_RUNTIME',
      message: expect.stringMatching(/createRuntime hook 1 .*two.* exit code 3: no luck/),
    });
    expect(await order()).toEqual(['one', 'two']);
  });

  it('goes on over failures at poststop, and gives them back', async () => {
    const hooks = [await hook('one', 'exit 1'), await hook('two', 'kill -9 $$'), await hook('three')];
    const failures = await runHooks(hooks, state, { point: 'poststop' });
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining('exit code 1'),
      expect.stringContaining('signal SIGKILL'),
    ]);
    expect(await order()).toEqual(['one', 'two', 'three']);
  });

  it('ends a hook at its timeout, in seconds', async () => {
    const { path } = await hook('one', 'exec sleep 60');
    const start = performance.now();
    await expect(
      runHooks([{ path, timeout: 0.2, env: ['PATH=/bin:/usr/bin'] }], state),
    ).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
    });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('names a program that does not exist, or may not be run', async () => {
    const path = join(folder, 'missing');
    await expect(runHooks([{ path }], state)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    await writeFile(path, '#!/bin/sh\n', { mode: 0o644 });
    await expect(runHooks([{ path }], state)).rejects.toMatchObject({ code: 'ERR_PERMISSION' });
  });

  it('ends where the caller ends it, at poststop too', async () => {
    const hooks = [await hook('one', 'exec sleep 60'), await hook('two')];
    const signal = AbortSignal.timeout(300);
    await expect(runHooks(hooks, state, { point: 'poststop', signal })).rejects.toBeInstanceOf(Error);
    expect(await order()).toEqual(['one']);
  });

  it.each([
    ['a relative path', [{ path: 'one' }], '$[0].path'],
    ['a timeout of 0', [{ path: '/one', timeout: 0 }], '$[0].timeout'],
    ['a variable without a value', [{ path: '/one', env: ['A'] }], '$[0].env[0]'],
  ])('is refused for %s', async (_, hooks, jsonPath) => {
    await expect(runHooks(hooks, state)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', jsonPath });
  });
});
