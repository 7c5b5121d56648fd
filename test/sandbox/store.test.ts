import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxRecord } from '../../src/sandbox/state/sandbox-record.js';
import { SandboxStore } from '../../src/sandbox/state/sandbox-store.js';

const [good, bad] = ['a'.repeat(64), 'b'.repeat(64)];
let folder: string;
let store: SandboxStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-store-'));
  store = new SandboxStore(folder);
  await store.write(record(good), { sync: false });
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(id: string): SandboxRecord {
  return {
    version: 1,
    id,
    createdAt: 1,
    bootId: 'b',
    phase: 'running',
    startFirst: false,
    runtimeHandler: '',
    networkReady: true,
    logFolders: [],
    config: { metadata: { name: 'web', namespace: 'shop', uid: 'u' } },
  };
}

const victim = () => join(folder, 'victim');
const kinds: [string, (path: string) => void][] = [
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a folder', (path) => void mkdirSync(join(path, 'with'), { recursive: true })],
  [
    'a link',
    (path) => {
      writeFileSync(victim(), 'precious');
      symlinkSync(victim(), path);
    },
  ],
];

describe.each(kinds)('%s in the place of a checkpoint', (_, make) => {
  const file = () => join(folder, 'sandboxes', bad, 'checkpoint.json');
  beforeEach(() => {
    mkdirSync(join(folder, 'sandboxes', bad));
    make(file());
  });

  it('is corrupt, and the others are read', async () => {
    expect(() => store.read(bad)).toThrow(expect.objectContaining({ code: 'ERR_CACHE', file: file() }));
    const { records, unreadable } = await store.all();
    expect(records.map(({ id }) => id)).toEqual([good]);
    expect(unreadable).toMatchObject([{ id: bad }]);
    await store.setAside(bad);
    expect(() => store.read(bad)).toThrow(expect.objectContaining({ code: 'ERR_CACHE' }));
    await store.remove(bad);
    expect(await store.ids()).toEqual([good]);
    if (existsSync(victim())) expect(readFileSync(victim(), 'utf8')).toBe('precious');
  });

  it('gives way to one that is written', async () => {
    await store.write(record(bad), { sync: false });
    expect(store.read(bad)).toEqual(record(bad));
    if (existsSync(victim())) expect(readFileSync(victim(), 'utf8')).toBe('precious');
  });
});

it('a file in the place of the folder of a sandbox is one without a checkpoint', async () => {
  writeFileSync(join(folder, 'sandboxes', bad), 'text');
  expect(store.read(bad)).toBeUndefined();
  expect((await store.all()).records).toHaveLength(1);
  await store.remove(bad);
  expect(await store.ids()).toEqual([good]);
});
