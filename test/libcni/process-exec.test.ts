import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PluginError, ProcessExec } from '../../src/index.js';
import { checkout } from '../netns/harness/run-fixture.js';

const MIB = 1024 * 1024;
const run = (script: string, options = {}) =>
  new ProcessExec().execPlugin('/bin/sh', script, { PATH: '/usr/bin:/bin' }, options);
const print = (bytes: number, to = '') => `head -c ${bytes} /dev/zero | tr '\\0' x ${to}\n`;

/** The longest time that the event loop was held while `work` was done, in milliseconds. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const beat = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 5);
    last = now;
  }, 5);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(beat);
  return longest;
}

describe('ProcessExec', () => {
  it('stops a plugin that prints more than 16 MiB, and holds the event loop no longer than for its chunks', async () => {
    const holdMs = await longestHold(async () => {
      const failure = await run(print(17 * MIB), { timeoutMs: 20_000 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PluginError);
      expect(failure).toMatchObject({ reason: 'output-too-large' });
    });
    expect(holdMs).toBeLessThan(1500);
  });

  it('gives back all of 16 MiB', async () => {
    const printed = await run(print(16 * MIB));
    expect(printed.length).toBe(16 * MIB);
  });

  it('keeps the last 64 KiB of standard error', async () => {
    const failure = await run(`${print(MIB, '>&2')}printf end >&2; exit 1\n`).catch(
      (error: unknown) => error,
    );
    if (!(failure instanceof PluginError)) throw failure;
    expect(failure.stderr).toBe(`${'x'.repeat(64 * 1024 - 3)}end`);
  });

  it('ends a plugin in time that prints without end', async () => {
    const start = performance.now();
    const endless = run('while :; do echo x >&2; done\n', { timeoutMs: 500 });
    await expect(endless).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

const handOn = `
import { ProcessExec } from '${checkout}/src/libcni/exec/process-exec.js';
const script = 'for fd in /proc/$$/fd/*; do echo "$(readlink $fd)"; done';
console.log(await new ProcessExec().execPlugin('/bin/sh', script, { PATH: '/usr/bin:/bin' }, {}));
process.exit(0);
`;

it('passes no descriptor of this program to a plugin', { timeout: 120_000 }, () => {
  const command = `exec 40</etc/hostname 41</etc/passwd; exec "$0" --import tsx --input-type=module -e "$1"`;
  const args = ['-c', command, process.execPath, handOn];
  const output = execFileSync('/bin/bash', args, { cwd: checkout, encoding: 'utf8' });
  expect(output).toContain('pipe:');
  expect(output).not.toMatch(/hostname|passwd/);
});
