import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncLater, syncNow } from '../../src/files/sync-later.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-sync-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const written = async (name: string) => {
  const file = join(folder, name);
  await writeFile(file, name);
  return file;
};

it('settles for a file that was removed before its turn', async () => {
  const file = await written('gone');
  const synced = syncLater(file);
  await rm(file);
  await expect(synced).resolves.toBeUndefined();
});

it('syncs what was gathered along with a file that somebody waits for', async () => {
  const order: string[] = [];
  const later = syncLater(await written('later')).then(() => order.push('later'));
  await syncNow(await written('now')).then(() => order.push('now'));
  await later;
  expect(order).toEqual(['later', 'now']);
});

it('rejects for the file that cannot be synced, and for no other of its round', async () => {
  const bad = syncLater(join(await written('file'), 'below'));
  const good = syncNow(await written('good'));
  await expect(bad).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(good).resolves.toBeUndefined();
});

it('begins another round after a failure', async () => {
  await syncNow(join(await written('file'), 'below')).catch(() => {});
  await expect(syncNow(await written('good'))).resolves.toBeUndefined();
});
