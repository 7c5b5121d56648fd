import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runcRuntime } from '../../src/index.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-runtime-'));
  mkdirSync(join(folder, 'sandbox'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A runtime that does nothing, or fails. */
function runtime(exitCode: number, { rootfs = '/', args }: { rootfs?: string; args?: string[] } = {}) {
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  return runcRuntime({ program, rootfs, args, root: join(folder, 'root'), timeoutMs: 5000 });
}

function sandbox() {
  const file = (name: string) => join(folder, name);
  return {
    id: 'one',
    config: { metadata: { name: 'web', namespace: 'shop', uid: 'u' } },
    netns: undefined,
    hostname: undefined,
    files: { hosts: file('hosts'), resolvConf: file('resolv.conf'), hostname: file('hostname') },
    folder: file('sandbox'),
    logFile: file('log'),
  };
}

it('the configuration of a sandbox is written in the place of a link, not through it', async () => {
  writeFileSync(join(folder, 'victim'), 'precious');
  symlinkSync(join(folder, 'victim'), join(folder, 'sandbox/config.json'));
  writeFileSync(join(folder, 'sandbox/pid'), '1');
  await runtime(0).create(sandbox());
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
  expect(JSON.parse(readFileSync(join(folder, 'sandbox/config.json'), 'utf8'))).toHaveProperty('ociVersion');
});

it('nobody waits for a pipe in the place of what a runtime writes', async () => {
  for (const name of ['pid', 'runtime.log']) execFileSync('mkfifo', [join(folder, 'sandbox', name)]);
  await expect(runtime(0).create(sandbox())).rejects.toMatchObject({ code: 'ERR_RUNTIME' });
  await expect(runtime(1).create(sandbox())).rejects.toMatchObject({ code: 'ERR_RUNTIME' });
}, 10_000);

it('a root file system that does not exist is refused before a sandbox is made, with its path', async () => {
  const rootfs = join(folder, 'none');
  await expect(runtime(0, { rootfs }).check?.()).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    jsonPath: '$.rootfs',
    value: rootfs,
    message: expect.stringContaining(`${rootfs} does not exist`),
  });
  writeFileSync(rootfs, '');
  await expect(runtime(0, { rootfs }).check?.()).rejects.toThrow(`${rootfs} is not a folder`);
  await expect(runtime(0).check?.()).resolves.toBeUndefined();
});

it('a program that the root file system does not have is said, with what to do and without a log that goes', async () => {
  const failure = await runtime(1)
    .create(sandbox())
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'ERR_RUNTIME', file: undefined });
  expect(String(failure)).toMatch(/has no \/pause: .*args.*\/bin\/sleep.*after --/);
  symlinkSync('/busybox', join(folder, 'sleep'));
  const linked = runtime(1, { rootfs: folder, args: ['/sleep', 'infinity'] }).create(sandbox());
  await expect(linked).rejects.not.toThrow(/has no/);
});
