import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addHosts,
  CNIConfig,
  CNIOperator,
  confFiles,
  findInPath,
  networkConfFromFile,
  readHosts,
  readResolvConf,
  serveHooks,
} from '../../src/index.js';
import { writeCache } from '../../src/libcni/cache/write-cache.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { rt } from '../fixtures/plugins/plugin-folder.js';

const NOBODY = 65_534;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'libcni-permission-'));
  await chmod(root, 0o755);
  await mkdir(join(root, 'closed/results'), { recursive: true });
  await chmod(join(root, 'closed'), 0o700);
});

afterEach(async () => await rm(root, { recursive: true }));

/** Runs as a user without rights where the tests are run by root. */
async function asNobody(run: () => Promise<unknown>): Promise<unknown> {
  const before = process.geteuid?.() ?? 0;
  if (before === 0) process.seteuid?.(NOBODY);
  else await chmod(join(root, 'closed'), 0);
  try {
    return await run();
  } finally {
    if (before === 0) process.seteuid?.(before);
    else await chmod(join(root, 'closed'), 0o700);
  }
}

const closed = () => join(root, 'closed');

async function serveOn(socket: string): Promise<unknown> {
  await using operator = await CNIOperator.create({ networks: [], cacheDir: join(root, 'cache') });
  return await serveHooks({ operator, socket });
}

it.each([
  ['a plugin folder', () => findInPath('one', [closed()])],
  [
    'a record that is to be written',
    () =>
      writeCache({ cacheDir: closed() }, { network: 'n', config: '{}', rt, result: { cniVersion: '1.0.0' } }),
  ],
  ['the records', () => new CNIConfig({ path: [], cacheDir: closed() }).getCachedAttachments()],
  ['the journal', () => new Journal(closed()).list()],
  ['the folder of configurations', () => confFiles(join(closed(), 'net.d'), ['.conflist'])],
  ['a configuration', () => networkConfFromFile(join(closed(), 'a.conflist'))],
  ['a hosts file', () => readHosts(join(closed(), 'hosts'))],
  ['the folder of a hosts file', () => addHosts(join(closed(), 'pod/hosts'), [])],
  ['a resolv.conf', () => readResolvConf(join(closed(), 'resolv.conf'))],
  ["the folder of the hooks' socket", () => serveOn(join(closed(), 'run/hook.sock'))],
])('a right that is missing to %s is said, with the path once and what to do', async (_, run) => {
  const error = await asNobody(run).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: 'ERR_PERMISSION', message: expect.stringContaining('run as root') });
  const { message = '' } = Object(error);
  expect(message.split(closed())).toHaveLength(2);
  expect(message).toMatch(/EACCES|EPERM/);
});
