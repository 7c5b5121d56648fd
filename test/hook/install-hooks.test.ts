import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installHooks, servedHooks } from '../../src/index.js';

let bundle: string;
let file: string;

beforeEach(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'libcni-bundle-'));
  file = join(bundle, 'config.json');
});

afterEach(() => rm(bundle, { recursive: true }));

async function read(): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

describe('hooks in a bundle', () => {
  it('ask the program that serves them, with what they are to say in their environment', () => {
    const { createRuntime, poststop } = servedHooks({
      socket: '/run/x.sock',
      timeoutMs: 500,
      env: { LIBCNI_NETWORKS: 'front' },
    });
    const args = ['cni-helper', 'hook', '--socket', '/run/x.sock', '--timeout-ms', '500'];
    expect(createRuntime.args).toEqual([...args, 'createRuntime']);
    expect(poststop.args).toEqual([...args, 'poststop']);
    expect(poststop.env).toEqual(['LIBCNI_NETWORKS=front']);
  });

  it.each([
    [{ timeoutMs: 0.5 }, /options\.timeoutMs must be a whole number of milliseconds/],
    [{ timeoutMs: 0 }, /options\.timeoutMs must be a whole number of milliseconds/],
    [{ socket: `/run/${'s'.repeat(103)}` }, /options\.socket must be a path of at most 107 bytes/],
    [{ socket: '' }, /options\.socket must be a path/],
    [{ env: { A: 'x\0' } }, /options\.env\.A must be a string without NUL/],
  ])('are not made with %j, which the native hook would not understand', (options, message) => {
    expect(() => servedHooks(options)).toThrow(message);
    expect(servedHooks({ socket: `/run/${'s'.repeat(102)}`, timeoutMs: 1 })).toBeDefined();
  });

  it('are refused where no runtime could start them', async () => {
    await writeFile(file, '{"ociVersion":"1.0.2"}');
    const relative = { ...servedHooks(), poststop: { path: 'cni-helper' } };
    await expect(installHooks(bundle, relative)).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      message: expect.stringContaining('hooks.poststop.path must be an absolute path'),
    });
  });

  it('leave numbers as they are that JavaScript cannot hold', async () => {
    const limits =
      '[{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":1.0,"note":"18446744073709551615"}]';
    await writeFile(file, `{"ociVersion":"1.0.2","process":{"rlimits":${limits}}}`);
    await installHooks(bundle, servedHooks());
    const text = (await readFile(file, 'utf8')).replaceAll(/\s/g, '');
    expect(text).toContain(`"rlimits":${limits}`);
    await writeFile(file, '{"ociVersion":"1.0.2","process":1.2.3}');
    await expect(installHooks(bundle, servedHooks())).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      file,
    });
  });

  it('come first at createRuntime and last at poststop, and all else stays', async () => {
    const other = { path: '/other', args: ['other'], annotations: 1 };
    const config = {
      ociVersion: '1.0.2',
      unknown: [1],
      hooks: { prestart: [other], createRuntime: [other], poststop: [other] },
    };
    await writeFile(file, JSON.stringify(config), { mode: 0o640 });
    const hooks = servedHooks();
    expect(await installHooks(bundle, hooks)).toBe(file);
    expect(await read()).toEqual({
      ...config,
      hooks: {
        prestart: [other],
        createRuntime: [hooks.createRuntime, other],
        poststop: [other, hooks.poststop],
      },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('are there once, however often they are installed', async () => {
    await writeFile(file, JSON.stringify({ ociVersion: '1.0.2', hooks: null }));
    await installHooks(bundle, servedHooks());
    const hooks = servedHooks({ socket: '/run/other.sock' });
    await installHooks(bundle, hooks);
    expect(await read()).toMatchObject({
      hooks: { createRuntime: [hooks.createRuntime], poststop: [hooks.poststop] },
    });
  });

  it('are refused if there is no bundle, or an invalid config.json', async () => {
    await expect(installHooks(bundle, servedHooks())).rejects.toMatchObject({
      code: 'ERR_CONF_NOT_FOUND',
      file,
    });
    await writeFile(file, '{"hooks":{}}');
    await expect(installHooks(bundle, servedHooks())).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      jsonPath: '$.ociVersion',
    });
  });
});
