import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AskedHook, HookGate } from '../../src/hook/hook-gate.js';
import {
  CNIOperator,
  type HookServer,
  type ServedHook,
  type ServeHooksOptions,
  serveHooks,
} from '../../src/index.js';
import { findHelperBinary } from '../../src/platform/helper/index.js';

const MAGIC = 0x484b4e43;
const state = JSON.stringify({ ociVersion: '1.0.2', id: 'c1', status: 'stopped', bundle: '/b' });
let folder: string;
let operator: CNIOperator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-serve-'));
  operator = await CNIOperator.create({ confDir: folder, cacheDir: join(folder, 'cache') });
});

afterEach(async () => {
  await operator[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function serve(more: Partial<ServeHooksOptions> = {}): Promise<HookServer> {
  const places = {
    stateDir: join(folder, 'state'),
    pinDir: join(folder, 'pins'),
    socket: join(folder, 'hook.sock'),
  };
  return serveHooks({ operator, ...places, ...more });
}

/** Runs the native hook as a runtime does. */
async function hook(event: string, stdin: string, ...options: string[]) {
  const args = ['hook', '--socket', join(folder, 'hook.sock'), ...options, event];
  const child = spawn(findHelperBinary() ?? '', args, { env: { LIBCNI_NETWORKS: 'none', OTHER: 'secret' } });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const exit = new Promise((settle) => child.once('exit', settle));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

/** What the socket answers to bytes. */
async function say(bytes: Buffer): Promise<{ exitCode: number; message: string }> {
  const socket = connect(join(folder, 'hook.sock'));
  socket.on('error', () => {});
  socket.write(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const answer = Buffer.concat(chunks);
  expect(answer.readUInt32LE(0)).toBe(MAGIC);
  return { exitCode: answer.readUInt32LE(4), message: answer.toString('utf8', 12) };
}

function request(fields: readonly number[], rest = ''): Buffer {
  const bytes = Buffer.alloc(fields.length * 4);
  fields.forEach((field, index) => {
    bytes.writeUInt32LE(field, index * 4);
  });
  return Buffer.concat([bytes, Buffer.from(rest)]);
}

describe('a socket on which hooks are served', () => {
  it('is for its user alone, answers without a message, and is removed with its server', async () => {
    await using server = await serve();
    expect((await stat(server.socket)).mode & 0o777).toBe(0o600);
    expect(await hook('poststop', state)).toEqual({ code: 0, stdout: '', stderr: '' });
    await server.close();
    await server.close();
    expect(await readdir(folder)).not.toContain('hook.sock');
    const alone = await hook('poststop', state);
    expect(alone).toMatchObject({ code: 1, stdout: '' });
    expect(alone.stderr).toContain('nobody serves hooks at');
  });

  it('can have as long a path as an address has room for, and leaves no other file', async () => {
    const longest = join(folder, 's'.repeat(107 - folder.length - 1));
    const gate = await HookGate.open(longest, { asked: () => {}, gone: () => {}, ended: () => {} });
    expect(await readdir(folder)).toContain(longest.slice(folder.length + 1));
    await gate.close();
    expect((await readdir(folder)).filter((name) => /^s+$|^\.hook/.test(name))).toEqual([]);
    const tooLong = HookGate.open(`${longest}s`, { asked: () => {}, gone: () => {}, ended: () => {} });
    await expect(tooLong).rejects.toMatchObject({ code: 'ERR_HELPER' });
  });

  it('says what went wrong, in one line, and to the server who asked', async () => {
    await using server = await serve();
    const served = new Promise((settle) => server.once('hook', settle));
    const { code, stderr } = await hook('createRuntime', state);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^cni-helper hook: the OCI state has no pid[^\n]*container c1[^\n]*\n$/);
    expect(await served).toMatchObject({
      event: 'createRuntime',
      id: 'c1',
      bundle: '/b',
      uid: process.getuid?.(),
      error: { code: 'ERR_CONF_INVALID' },
    });
  });

  it('says which container it was, unless that is unknown', async () => {
    await using server = await serve();
    const served: ServedHook[] = [];
    server.on('hook', (hook) => served.push(hook));
    await hook('poststop', state);
    await hook('poststop', '[]');
    expect(served).toMatchObject([{ id: 'c1', bundle: '/b', outcome: { did: 'nothing' } }, {}]);
    expect(served[1]?.id).toBeUndefined();
  });

  it('passes on what the environment of the hook says about networks, and nothing else of it', async () => {
    const asked: AskedHook[] = [];
    const gate = await HookGate.open(join(folder, 'hook.sock'), {
      asked: (request) => {
        asked.push(request);
        gate.answer(request.id);
      },
      gone: () => {},
      ended: () => {},
    });
    expect(await hook('prestart', state)).toMatchObject({ code: 0 });
    await gate.close();
    expect(asked).toMatchObject([{ event: 'createRuntime', state, env: { LIBCNI_NETWORKS: 'none' } }]);
    expect(Object.keys(asked[0]?.env ?? {})).toEqual(['LIBCNI_NETWORKS']);
  });

  it('is refused to a second server, and taken over from one that died', async () => {
    const first = await serve();
    await expect(serve()).rejects.toMatchObject({ code: 'ERR_IN_USE' });
    await first.close();
    const dead = spawn(findHelperBinary() ?? '', ['hook-gate', join(folder, 'hook.sock')]);
    await new Promise((settle) => dead.stdout.once('data', settle));
    dead.kill('SIGKILL');
    await new Promise((settle) => dead.once('exit', settle));
    await using _second = await serve();
    expect(await hook('poststop', state)).toMatchObject({ code: 0 });
  });

  it('never takes the place of a file that is not a socket', async () => {
    await writeFile(join(folder, 'hook.sock'), 'precious');
    await expect(serve()).rejects.toMatchObject({ code: 'ERR_HELPER' });
  });

  it.each([
    ['what is no request', request([1, 2, 3, 4, 5]), 'not a request of a hook'],
    ['another version', request([MAGIC, 2, 1, 0, 2], '{}'), 'another version'],
    ['an event that is none', request([MAGIC, 1, 3, 0, 2], '{}'), 'not a request'],
    ['a state that is too large', request([MAGIC, 1, 1, 0, 2 ** 21]), 'not a request'],
    ['an environment that is too large', request([MAGIC, 1, 1, 2 ** 32 - 1, 1]), 'not a request'],
    ['more than it says', request([MAGIC, 1, 2, 0, 2], '{}more'), 'longer than it says'],
    ['a state that is none', request([MAGIC, 1, 2, 0, 2], '[]'), 'the OCI state cannot be used'],
  ])('refuses %s, and goes on', async (_, bytes, message) => {
    await using _server = await serve();
    expect(await say(bytes)).toMatchObject({ exitCode: 1, message: expect.stringContaining(message) });
    expect(await hook('poststop', state)).toMatchObject({ code: 0 });
  });

  it('takes limits with fractions of milliseconds', async () => {
    await using _server = await serve({ timeoutMs: 2500.5 });
    expect(
      await hook('createRuntime', JSON.stringify({ ...JSON.parse(state), pid: process.pid })),
    ).toMatchObject({
      code: 0,
    });
  });

  it('is not waited for longer than the hook was told', async () => {
    await using _server = await serve({ request: () => new Promise(() => {}) });
    const own = JSON.stringify({ ...JSON.parse(state), pid: process.pid });
    const { code, stderr } = await hook('createRuntime', own, '--timeout-ms', '200');
    expect(code).toBe(1);
    expect(stderr).toContain('within 200 ms');
  });
});

describe('the native hook', () => {
  it.each([
    ['no state', '', 'standard input is empty'],
    ['a state that is too large', 'x'.repeat(1024 * 1024 + 1), 'larger than'],
  ])('refuses %s', async (_, stdin, message) => {
    const { code, stderr } = await hook('poststop', stdin);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('knows its events and options', async () => {
    expect(await hook('startContainer', state)).toMatchObject({ code: 64 });
    expect(await hook('poststop', state, '--timeout-ms', '0')).toMatchObject({ code: 64 });
    expect(await hook('poststop', state, '--socket', `/${'x'.repeat(200)}`)).toMatchObject({ code: 1 });
  });
});
