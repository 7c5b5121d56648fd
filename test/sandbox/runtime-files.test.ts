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
function runtime(exitCode: number) {
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  return runcRuntime({ program, rootfs: '/', root: join(folder, 'root'), timeoutMs: 5000 });
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
