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
  networkSettingsSchema,
  readHosts,
  readNetworkSettings,
  readResolvConf,
  serveHooks,
  writeNetworkSettings,
} from '../../src/index.js';
import { writeCache } from '../../src/libcni/cache/write-cache.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { OwnAttachments } from '../../src/operator/records/own-attachments.js';
import { Records } from '../../src/operator/records/records.js';
import { SandboxStore } from '../../src/sandbox/state/sandbox-store.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';

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

const key = { network: 'n', containerId: 'c1', ifName: 'eth0' };
const list = listOfTypes(['one']);
const settings = networkSettingsSchema.parse({});

const cni = () => new CNIConfig({ path: [], cacheDir: closed() });

async function withOperator(ask: (operator: CNIOperator) => Promise<unknown>): Promise<unknown> {
  await using operator = await CNIOperator.create({ networks: [], cacheDir: closed() });
  return await ask(operator);
}

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
  ['the records', () => cni().getCachedAttachments()],
  ['the records of an operator', () => new Records(closed()).names()],
  ['the attachments of an operator', () => withOperator((operator) => operator.list())],
  ['those of one container', () => withOperator((operator) => operator.inspect('c1'))],
  ['a record that is looked up', async () => new Records(closed()).find(key)],
  ['the stats of a record', async () => new Records(closed()).status('n-c1-eth0')],
  ['a recorded result', () => cni().getNetworkListCachedResult(list, rt)],
  ['the record that DEL needs', () => cni().delNetworkList(list, rt)],
  ['the journal', () => new Journal(closed()).list()],
  ['an intent', () => new Journal(closed()).find(key)],
  ['a note', () => new OwnAttachments({ confDir: '/c', cacheDir: closed(), stateDir: closed() }).note(key)],
  ['the folder of sandboxes', () => new SandboxStore(closed()).ids()],
  ['a checkpoint', async () => new SandboxStore(closed()).read('a'.repeat(64))],
  ['network settings', async () => readNetworkSettings(join(closed(), 'settings.json'))],
  ['network settings that are to be written', () => writeNetworkSettings(join(closed(), 's.json'), settings)],
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
