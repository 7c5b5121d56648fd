import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/files/write-file-atomic.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-files-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('writing a file atomically', () => {
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
    const module = new URL('../../src/files/write-file-atomic.ts', import.meta.url).href;
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
