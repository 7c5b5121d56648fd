import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addHosts,
  addNameservers,
  CNIOperator,
  createHostsFile,
  hostResolvConf,
  LibcniError,
  readHostname,
  readHosts,
  readResolvConf,
  removeHosts,
  removeNameservers,
  setHosts,
  writeHostname,
  writeResolvConf,
} from '../../src/index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-etc-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entries = [{ address: '10.1.0.5', names: ['web'] }];
const changes: [string, (file: string) => Promise<unknown>][] = [
  ['createHostsFile', createHostsFile],
  ['addHosts', (file) => addHosts(file, entries)],
  ['setHosts', (file) => setHosts(file, entries)],
  ['removeHosts', (file) => removeHosts(file, entries)],
  ['writeHostname', (file) => writeHostname(file, 'web')],
  ['writeResolvConf', (file) => writeResolvConf(file, {})],
  ['addNameservers', (file) => addNameservers(file, ['10.1.0.1'])],
  ['removeNameservers', (file) => removeNameservers(file, ['10.1.0.1'])],
];
const reads: [string, (file: string) => Promise<unknown>][] = [
  ['readHosts', readHosts],
  ['readHostname', readHostname],
  ['readResolvConf', readResolvConf],
];

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  const failure: unknown = await call().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LibcniError);
  return failure;
}

it.each([...changes, ...reads])('%s fails with an error of the library below a file', async (_, call) => {
  const failure = await failureOf(() => call('/etc/passwd/hosts'));
  expect(failure).toMatchObject({
    code: 'ERR_CACHE',
    cause: { code: expect.stringMatching(/ENOTDIR|EEXIST/) },
  });
});

it.each(reads)(
  '%s refuses a missing file, a folder and an invalid path, each with its own error',
  async (_, read) => {
    const file = join(folder, 'none');
    expect(await failureOf(() => read(file))).toMatchObject({ code: 'ERR_NOT_FOUND', file });
    expect(await failureOf(() => read(folder))).toMatchObject({ code: 'ERR_CONF_INVALID', file: folder });
    const message = 'file must be the path of a file, not undefined';
    expect(await failureOf(() => read(undefined as never))).toMatchObject({ message });
  },
);

it('hostResolvConf fails with an error of the library for a folder', async () => {
  expect(await failureOf(() => hostResolvConf({ file: folder }))).toMatchObject({ code: 'ERR_CONF_INVALID' });
});

it('an operator whose state would be below a file fails with an error of the library', async () => {
  const create = () => CNIOperator.create({ networks: [], cacheDir: '/etc/passwd' });
  expect(await failureOf(create)).toMatchObject({ code: 'ERR_CACHE', file: '/etc/passwd/libcni' });
});
