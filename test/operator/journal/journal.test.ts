import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResult } from '../../../src/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';

const run = promisify(execFile);

let dir: string;
let journal: Journal;

const intent = {
  network: 'net',
  containerId: 'c1',
  ifName: 'eth0',
  netns: '/run/netns/a',
  config: '{"name":"net"}',
  args: [['A', '1']] as [string, string][],
  capabilityArgs: { ips: ['10.0.0.1/8'] },
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-journal-'));
  journal = new Journal(dir);
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** What is in the folder of the journal, with the inode of each. */
async function inodes(): Promise<Record<string, number>> {
  const names = await readdir(join(dir, 'journal'));
  const found = names.map(async (name) => [name, (await stat(join(dir, 'journal', name))).ino] as const);
  return Object.fromEntries(await Promise.all(found));
}

describe('the journal', () => {
  it('keeps an intent with all that DEL needs until it ends', async () => {
    expect(await journal.list()).toEqual([]);
    await journal.begin(intent);
    expect(await new Journal(dir).list()).toMatchObject([{ intent }]);
    await journal.end(intent);
    await journal.end(intent);
    expect(await journal.list()).toEqual([]);
    expect(await readdir(journal.tempFolder)).toEqual([]);
  });

  it('keeps the last result', async () => {
    const result = createResult('{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.1/8"}]}');
    await journal.begin(intent);
    await journal.progress(intent, result);
    expect(await journal.lastResult(intent)).toEqual(result);
  });

  it('keeps an intent of which a power failure takes the last note', async () => {
    const result = createResult('{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.1/8"}]}');
    await journal.begin(intent);
    const before = await inodes();
    await journal.progress(intent, result);
    const written = Object.entries(await inodes()).filter(([name, inode]) => before[name] !== inode);
    expect(written).toHaveLength(1);
    for (const [name] of written) await truncate(join(dir, 'journal', name));
    expect((await journal.list()).map((found) => found.intent)).toEqual([intent]);
    expect(await journal.lastResult(intent)).toBeUndefined();
    await journal.end(intent);
    expect(Object.keys(await inodes())).toEqual(['tmp']);
  });

  it('moves a folder aside that is in the place of the last result', async () => {
    await journal.begin(intent);
    await mkdir(join(dir, 'journal', 'net+c1+eth0.result'));
    expect(await journal.lastResult(intent)).toBeUndefined();
    await journal.progress(intent, { cniVersion: '1.0.0' });
    expect(await readdir(join(dir, 'journal', 'unreadable'))).toEqual([
      expect.stringMatching(/^net\+c1\+eth0\.result\.\d+$/),
    ]);
    expect(await readdir(journal.tempFolder)).toEqual([]);
  });

  it('does not take one attachment for another whose names run into each other', async () => {
    const other = { ...intent, network: 'net-c1', containerId: 'c' };
    const same = { ...intent, network: 'net', containerId: 'c1-c' };
    await journal.begin(other);
    await journal.begin(same);
    await journal.end(other);
    expect((await journal.list()).map((found) => found.intent)).toEqual([same]);
  });

  it('shows what it cannot read, and its file', async () => {
    await journal.begin(intent);
    await writeFile(join(dir, 'journal', 'x.json'), '{');
    const found = await journal.list();
    expect(found[1]).toEqual({ file: join(dir, 'journal', 'x.json'), key: undefined, intent: undefined });
  });

  it('is read whole by a process that may open fewer files than it has entries', async () => {
    await journal.begin(intent);
    const text = await readFile(join(dir, 'journal', 'net+c1+eth0.json'), 'utf8');
    for (let number = 2; number <= 600; number += 1) {
      const id = `c${number}`;
      await writeFile(join(dir, 'journal', `net+${id}+eth0.json`), text.replace('"c1"', `"${id}"`));
    }
    const program = `
      import { Journal } from ${JSON.stringify(new URL('../../../src/operator/journal/journal.ts', import.meta.url).href)};
      const found = await new Journal(process.argv[1]).list();
      console.log(found.filter(({ intent }) => intent).length);`;
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program, dir];
    const { stdout } = await run('sh', ['-c', 'ulimit -n 400 && exec "$@"', 'sh', ...node]);
    expect(stdout).toBe('600\n');
  });

  it('does not treat an unreadable entry as a missing one', async () => {
    const file = join(dir, 'journal', 'net+c1+eth0.json');
    await mkdir(file, { recursive: true });
    const error = { name: 'LibcniError', code: 'ERR_CACHE', file, network: 'net', containerId: 'c1' };
    expect(await journal.list()).toMatchObject([{ file, error }]);
    await expect(journal.find(intent)).rejects.toMatchObject(error);
  });

  it('says which attachment it could not write for', async () => {
    await writeFile(join(dir, 'journal'), 'a file in the place of the folder');
    await expect(journal.begin(intent)).rejects.toMatchObject({
      code: 'ERR_CACHE',
      containerId: 'c1',
      network: 'net',
    });
  });
});
