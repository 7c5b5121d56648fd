import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const library = new URL('../../src/index.ts', import.meta.url).href;
let dir: string;

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'libcni-relative-')));
  for (const folder of ['net.d', 'bin', 'elsewhere']) await mkdir(join(dir, folder));
  const result = '{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"x"}]}';
  await writeFile(join(dir, 'bin', 'one'), `#!/bin/sh\necho '${result}'\n`, { mode: 0o755 });
  const conf = { cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] };
  await writeFile(join(dir, 'net.d', 'a.conflist'), JSON.stringify(conf));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** Runs the end of a program that has an operator on relative folders, in a process of its own. */
async function run(program: string): Promise<string> {
  const text = `const { CNIOperator } = await import(${JSON.stringify(library)});
    process.chdir(${JSON.stringify(dir)});
    const folders = { confDir: 'net.d', binDirs: ['bin'], cacheDir: 'cache', stateDir: 'state' };
    const operator = await CNIOperator.create({ ...folders, loopback: 'none' });
    ${program}
    await operator[Symbol.asyncDispose]();`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', text];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

it('relative folders are those of the beginning, wherever the process goes', async () => {
  const stdout = await run(`
    await operator.attach({ id: 'c1', netns: '/run/netns/none' });
    process.chdir('elsewhere');
    console.log((await operator.check({ id: 'c1' })).map(({ outcome }) => outcome).join());
    await operator.detach({ id: 'c1' });`);
  expect(stdout).toBe('ok\n');
  expect(await readdir(join(dir, 'cache', 'results'))).toEqual([]);
  expect(await readdir(join(dir, 'elsewhere'))).toEqual([]);
});

it('an attach fails where the folder for the locks cannot be made', async () => {
  const stdout = await run(`
    const other = await CNIOperator.create({ ...folders, stateDir: '/proc/none', loopback: 'none' });
    await other.attach({ id: 'c1', netns: '/run/netns/none' }).catch(({ code }) => console.log(code));`);
  expect(stdout).toBe('ERR_CACHE\n');
});
