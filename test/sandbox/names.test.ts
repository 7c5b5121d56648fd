import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SetAside } from '../../src/files/state-folder.js';
import { SandboxNames } from '../../src/sandbox/state/sandbox-names.js';

const web = { name: 'web', namespace: 'shop', uid: 'u', attempt: 0 };
let folder: string;
let found: SetAside[];
let names: SandboxNames;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-names-'));
  found = [];
  names = new SandboxNames(folder, { onSetAside: (one) => found.push(one) });
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a name belongs to one sandbox until that sandbox releases it', async () => {
  await names.claim(web, 'one');
  await names.claim(web, 'one');
  await expect(names.claim(web, 'two')).rejects.toMatchObject({ code: 'ERR_IN_USE', containerId: 'one' });
  await names.release(web, 'two');
  expect(await names.owners()).toEqual(['one']);
  await names.releaseOf('one');
  await names.claim(web, 'two');
  expect(await names.owners()).toEqual(['two']);
});

it('of many who want a name one gets it', async () => {
  const wanting = Array.from({ length: 20 }, (_, index) => names.claim(web, `pod-${index}`));
  const got = (await Promise.allSettled(wanting)).filter(({ status }) => status === 'fulfilled');
  expect(got).toHaveLength(1);
});

it.each<[string, (path: string) => void]>([
  ['a file', (path) => writeFileSync(path, 'text')],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a folder', (path) => void mkdirSync(join(path, 'with'), { recursive: true })],
])('%s in the place of a name is moved aside, and the pod can have it', async (_, make) => {
  await names.claim(web, 'one');
  const [name = ''] = readdirSync(join(folder, 'names'));
  const path = join(folder, 'names', name);
  rmSync(path);
  make(path);
  expect(await names.owners()).toEqual([]);
  await names.claim(web, 'two');
  expect(found).toMatchObject([{ file: path, to: expect.stringContaining(join(folder, 'unreadable')) }]);
  expect(await names.owners()).toEqual(['two']);
});
