import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderChanges } from '../../src/files/folder-changes.js';

let folder: string;
let changes: FolderChanges;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-changes-'));
  changes = new FolderChanges(folder, tmpdir());
});

afterEach(() => {
  changes[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Of another process, which has ended when this returns. */
function shell(script: string): void {
  execFileSync('sh', ['-ec', script], { cwd: folder });
}

it('tells what was made, written, renamed and removed before it was asked, once', async () => {
  shell('echo 1 > made; echo 1 > gone; rm gone; echo 1 > old; mv old new');
  expect(await changes.take()).toEqual(new Set(['made', 'gone', 'old', 'new']));
  expect(await changes.take()).toEqual(new Set());
  shell('echo 2 > made');
  expect(await changes.take()).toEqual(new Set(['made']));
});

it('leaves nothing in the folders', () => {
  expect(readdirSync(folder)).toEqual([]);
});

it('tells each of those who ask at the same time what came before their question, together', async () => {
  shell('echo 1 > a');
  const first = changes.take();
  shell('echo 1 > b');
  const [one, other] = await Promise.all([first, changes.take()]);
  expect(new Set([...(one ?? []), ...(other ?? [])])).toEqual(new Set(['a', 'b']));
});

it('does not know any more what has changed once it has ended', async () => {
  changes[Symbol.dispose]();
  expect(await changes.take()).toBeUndefined();
});

it('does not know what has changed where the folder has become another one', async () => {
  shell(`cd /; rm -r ${folder}; mkdir ${folder}`);
  expect(await changes.take()).toBeUndefined();
});

it('does not remember what has changed where nobody asks for long', async () => {
  shell('for i in $(seq 3000); do : > $i; rm $i; done');
  expect(await changes.take()).toBeUndefined();
});

it('does not keep a process alive, and is waited for', () => {
  const library = fileURLToPath(new URL('../../src/files/folder-changes.ts', import.meta.url));
  const program = `
    import { writeFileSync } from 'node:fs';
    import { FolderChanges } from ${JSON.stringify(library)};
    const changes = new FolderChanges(process.argv[1], process.argv[1]);
    writeFileSync(process.argv[1] + '/x', '');
    console.log([...(await changes.take())].filter((name) => name === 'x').join());`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program, folder];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'x\n' });
});

it('answers those who asked before its end without waiting for a mark that cannot come', async () => {
  const start = performance.now();
  const answers = [changes.take(), changes.take()];
  changes[Symbol.dispose]();
  expect(await Promise.all(answers)).toEqual([undefined, undefined]);
  expect(performance.now() - start).toBeLessThan(1000);
});
