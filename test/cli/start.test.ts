import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const execute = promisify(execFile);
const command = fileURLToPath(new URL('../../dist/libcni.cjs', import.meta.url));
const preload = fileURLToPath(new URL('../fixtures/cli/print-loaded.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'libcni-start-'));
const conf = { cniVersion: '1.0.0', name: 'front', plugins: [{ type: 'bridge' }] };
writeFileSync(join(folder, 'front.conflist'), JSON.stringify(conf));
afterAll(() => rmSync(folder, { recursive: true }));

/** How long a command takes to start follows from how much it loads, which no other program on the machine changes. */
async function loadedKb(...args: string[]): Promise<number> {
  const run = execute(process.execPath, ['--require', preload, command, ...args]);
  // One that fails in the end has loaded what it needs all the same.
  const { stderr } = await run.catch((error: { stderr: string }) => error);
  return Number(/loaded (\d+)/.exec(stderr)?.[1]) / 1024;
}

it.each([
  ['--version', 130],
  ['--help', 130],
  [`list --netconfpath ${folder}`, 420],
  [`ps --cache-dir ${folder}`, 460],
  [`add front /nonexistent --netconfpath ${folder} --cni-path /nonexistent --cache-dir ${folder}`, 580],
])('loads little for %s', async (words, limit) => {
  const loaded = await loadedKb(...words.split(' '));
  expect(loaded).toBeGreaterThan(50);
  expect(loaded).toBeLessThan(limit);
});
