import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResult } from '../../../src/index.js';
import { Journal } from '../../../src/operator/state/journal.js';

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
    expect((await journal.list())[0]?.intent?.result).toEqual(result);
  });

  it('shows what it cannot read, and its file', async () => {
    await journal.begin(intent);
    await writeFile(join(dir, 'journal', 'x.json'), '{');
    const found = await journal.list();
    expect(found[1]).toEqual({ file: join(dir, 'journal', 'x.json'), key: undefined, intent: undefined });
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
