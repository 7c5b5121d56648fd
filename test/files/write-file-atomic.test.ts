import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/files/write-file-atomic.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-files-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

const module = new URL('../../src/files/write-file-atomic.ts', import.meta.url).href;

function programThatWrites(file: string): string {
  const write = JSON.stringify({ file, data: 'x', mode: 0o600, dirMode: 0o700 });
  return `await (await import(${JSON.stringify(module)})).writeFileAtomic(${write})`;
}

interface TraceEvent {
  readonly name: string;
  /** `b` at the beginning of an operation, `e` at its end. */
  readonly ph: string;
  readonly id: string;
  readonly args: { readonly path?: string; readonly result?: number };
}

/** What Node itself traces of a program: successful opens below `dir`, syncs and renames, in their order. */
async function fileOperations(program: string): Promise<string[]> {
  const options = ['--trace-event-categories', 'node.fs.async', '--trace-event-file-pattern', `${dir}/trace`];
  await promisify(execFile)(process.execPath, [
    ...options,
    ...['--import', 'tsx', '--input-type=module', '-e', program],
  ]);
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(await readFile(join(dir, 'trace'), 'utf8'));
  const paths = new Map<string, string>();
  return trace.traceEvents.flatMap(({ name, ph, id, args }) => {
    if (ph === 'b') paths.set(id, args.path ?? '');
    if (ph !== 'e' || (args.result ?? 0) < 0) return [];
    const path = paths.get(id) ?? '';
    if (name === 'open') return path.startsWith(dir) ? [`open ${relative(dir, path)}`] : [];
    return ['fsync', 'rename'].includes(name) ? [name] : [];
  });
}

describe('writing a file atomically', () => {
  it('creates a folder that many need at the same time', async () => {
    const files = Array.from({ length: 50 }, (_, index) => join(dir, 'a', 'b', `${index}`));
    const write = (file: string) => writeFileAtomic({ file, data: 'x', mode: 0o600, dirMode: 0o700 });
    await Promise.all(files.map(write));
    expect(await readdir(join(dir, 'a', 'b'))).toHaveLength(50);
  });

  it('makes the file before it gets its name, then its folder, and new folders before all', async () => {
    const operations = await fileOperations(programThatWrites(join(dir, 'a', 'b', 'c')));
    const named = operations.map((operation) => operation.replace(/\.tmp-.*/, 'temporary'));
    expect(named.filter((operation) => operation !== 'open a/b')).toEqual([
      ...['open a', 'fsync', 'open ', 'fsync'],
      ...['open a/b/temporary', 'rename', 'fsync'],
    ]);
    // The folder is opened beside the temporary file; what cannot be opened must not be renamed into.
    expect(named.indexOf('open a/b')).toBeLessThan(named.indexOf('rename'));
  });

  it('has what is written synced by the write itself', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '-e'],
      `import fs from 'node:fs';
       const { open } = fs;
       fs.open = (path, flags, ...rest) => {
         if (flags & fs.constants.O_CREAT) console.log((flags & fs.constants.O_DSYNC) === fs.constants.O_DSYNC);
         return open(path, flags, ...rest);
       };
       ${programThatWrites(join(dir, 'a'))}`,
    ]);
    expect(stdout).toBe('true\n');
  });

  it('makes the folders and sets the permissions', async () => {
    const file = join(dir, 'a', 'b', 'c');
    await writeFileAtomic({ file, data: 'x', mode: 0o600, dirMode: 0o700 });
    expect(await readFile(file, 'utf8')).toBe('x');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('leaves the old content and no temporary file when it fails', async () => {
    const file = join(dir, 'c');
    await writeFileAtomic({ file, data: 'old', mode: 0o600, dirMode: 0o700 });
    await expect(writeFileAtomic({ file: dir, data: 'new', mode: 0o600, dirMode: 0o700 })).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(dir)).toEqual(['c']);
  });

  it('never shows a part to a reader, even when the writer is killed', async () => {
    const file = join(dir, 'target');
    const program = `const { writeFileAtomic } = await import(${JSON.stringify(module)});
      for (let i = 0; ; i++) await writeFileAtomic({ file: ${JSON.stringify(file)}, data: String(i % 10).repeat(100000), mode: 0o600, dirMode: 0o700 });`;
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: 'ignore',
      });
      for (let tries = 0; tries < 400 && !(await readdir(dir)).includes('target'); tries++) await sleep(25);
      await sleep(20 * round);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const text = await readFile(file, 'utf8');
      expect(text).toMatch(/^(\d)\1{99999}$/);
    }
  });
});
