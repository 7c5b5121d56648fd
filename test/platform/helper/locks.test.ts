import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeEnded } from '../../../src/platform/helper/decode.js';
import { encodeCall, encodeSpawn, encodeUnlock } from '../../../src/platform/helper/encode.js';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { answerType, requestType } from '../../../src/platform/helper/protocol.js';
import { NodeProcess } from './harness/node-process.js';
import { descriptorCount, eventually, isRunning } from './harness/processes.js';
import { RawHelper } from './harness/raw-helper.js';
import { shell } from './harness/shell.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-locks-'));
const [client, other] = [new HelperClient(), new HelperClient()];
afterAll(async () => {
  await Promise.all([client[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
  rmSync(folder, { recursive: true });
});

/** Whether nobody holds the lock; leaves it as it was. */
async function isFree(path: string): Promise<boolean> {
  const release = await other.tryLock(path);
  await release?.();
  return release !== undefined;
}

/** Takes a lock that must be free. */
async function take(path: string, by = client): Promise<() => Promise<void>> {
  const release = await by.tryLock(path);
  if (release === undefined) throw new Error(`${path} is held`);
  return release;
}

describe('a lock', () => {
  it('is held by one helper at a time, and its file exists during that time', async () => {
    const path = join(folder, 'contended');
    const release = await take(path);
    expect(await other.tryLock(path)).toBeUndefined();
    expect(await client.tryLock(path)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
    await release();
    expect(existsSync(path)).toBe(false);
    const released = await take(path, other);
    expect(await client.tryLock(path)).toBeUndefined();
    await released();
  });

  it('can be given back twice without taking away that of the next holder', async () => {
    const path = join(folder, 'twice');
    const release = await take(path);
    await Promise.all([release(), release()]);
    const next = await take(path, other);
    await release();
    expect(await client.tryLock(path)).toBeUndefined();
    await next();
  });

  it('of a path with spaces and a newline is one as well', async () => {
    const path = join(folder, 'a lock\nof its own');
    const release = await take(path);
    expect(readdirSync(folder)).toContain('a lock\nof its own');
    expect(await isFree(path)).toBe(false);
    await release();
  });

  it('is taken by one of many that ask at a time', async () => {
    const path = join(folder, 'rush');
    const clients = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? client : other));
    const releases = await Promise.all(clients.map((each) => each.tryLock(path)));
    const held = releases.filter((release) => release !== undefined);
    expect(held.length).toBe(1);
    await held[0]?.();
  });

  it('whose file was replaced does not take the other file away', async () => {
    const path = join(folder, 'replaced');
    const release = await take(path);
    rmSync(path);
    const next = await take(path, other);
    await release();
    expect(existsSync(path)).toBe(true);
    expect(await client.tryLock(path)).toBeUndefined();
    await next();
  });

  it('lets no update of a file be lost between processes', { timeout: 60_000 }, async () => {
    const [counter, lock] = [join(folder, 'counter'), join(folder, 'counter.lock')];
    writeFileSync(counter, '0');
    const nodes = Array.from({ length: 5 }, () => new NodeProcess('counting.ts', counter, lock, '100'));
    for (const node of nodes) expect(await node.ended).toBe(0);
    expect(readFileSync(counter, 'utf8')).toBe('500');
    expect(existsSync(lock)).toBe(false);
  });

  it('taken and given back 5,000 times leaves neither descriptor nor file', { timeout: 60_000 }, async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    await (await take(join(many, 'first')))();
    const before = descriptorCount(client.pid ?? 0);
    for (let round = 0; round < 50; round++) {
      const paths = Array.from({ length: 100 }, (_, index) => join(many, `lock${index}`));
      const releases = await Promise.all(paths.map((path) => take(path)));
      await Promise.all(releases.map((release) => release()));
    }
    expect(descriptorCount(client.pid ?? 0)).toBe(before);
    expect(readdirSync(many)).toEqual([]);
  });

  it('is not inherited by programs that start while it is held', async () => {
    const release = await take(join(folder, 'private'));
    const { stdout } = await client.spawn(shell('ls -l /proc/$$/fd; :'));
    expect(stdout).not.toContain(folder);
    await release();
  });
});

describe('a lock cannot be taken', () => {
  it('in a folder that does not exist', async () => {
    const failure = client.tryLock(join(folder, 'nowhere/lock'));
    await expect(failure).rejects.toMatchObject({ name: 'SpawnError', code: 'ENOENT', syscall: 'open' });
  });

  it('of a folder, a link or a file with something in it, which are moved aside', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    const [inner, link, file] = [join(odd, 'inner'), join(odd, 'link'), join(odd, 'precious')];
    mkdirSync(inner);
    symlinkSync(join(odd, 'linked'), link);
    writeFileSync(file, 'mine');
    for (const path of [inner, link, file]) {
      await expect(client.tryLock(path)).rejects.toMatchObject({ code: 'ESTALE', syscall: 'aside' });
      expect(existsSync(path)).toBe(false);
      await (await take(path))();
    }
    const kept = readdirSync(join(odd, 'unreadable')).sort();
    expect(kept).toMatchObject([/^inner/, /^link/, /^precious/].map((name) => expect.stringMatching(name)));
    expect(readFileSync(join(odd, 'unreadable', kept[2] ?? ''), 'utf8')).toBe('mine');
    expect(existsSync(join(odd, 'linked'))).toBe(false);
  });

  it('beyond 4096 at a time, until one is released', { timeout: 60_000 }, async () => {
    const limited = new HelperClient();
    const full = join(folder, 'full');
    mkdirSync(full);
    const paths = Array.from({ length: 4096 }, (_, index) => join(full, String(index)));
    const releases = await Promise.all(paths.map((path) => take(path, limited)));
    await expect(limited.tryLock(join(full, 'more'))).rejects.toMatchObject({
      code: 'EAGAIN',
      syscall: 'limit',
    });
    await releases[7]?.();
    await take(join(full, 'more'), limited);
    await limited[Symbol.asyncDispose]();
    expect(readdirSync(full)).toEqual([]);
  });
});

describe('a lock ends', () => {
  it('with the disposal of its client, and giving it back is fine', async () => {
    const brief = new HelperClient();
    const path = join(folder, 'disposed');
    const release = await take(path, brief);
    await brief[Symbol.asyncDispose]();
    expect([existsSync(path), await isFree(path)]).toEqual([false, true]);
    await release();
  });

  it('with its helper that is killed, and giving it back is fine', async () => {
    const doomed = new HelperClient();
    const path = join(folder, 'killed');
    const release = await take(path, doomed);
    process.kill(doomed.pid ?? 0, 'SIGKILL');
    await release();
    await eventually('the helper is known to be gone', () => doomed.pid === undefined);
    await release();
    expect(await isFree(path)).toBe(true);
    expect(existsSync(path)).toBe(false);
    await doomed[Symbol.asyncDispose]();
  });

  it('with its Node process, which it does not keep alive', async () => {
    const path = join(folder, 'idle');
    const node = new NodeProcess('lock-holder.ts', path);
    expect(await node.ended).toBe(0);
    expect(node.output).toMatch(/^held \d+\n$/);
    await eventually('the file is gone', () => !existsSync(path));
    expect(await isFree(path)).toBe(true);
  });

  it('only with the last program of a Node process that is killed', async () => {
    const path = join(folder, 'orphan');
    const node = new NodeProcess('lock-holder.ts', path, '4');
    await eventually('it holds the lock', () => node.hasSpoken);
    const [, helper] = node.output.split(' ').map(Number);
    await eventually('its program runs', () => childrenOf(helper).length === 1);
    const [program = 0] = childrenOf(helper);
    await node.kill();
    for (let free = false; isRunning(program); free = await isFree(path))
      expect(free && isRunning(program)).toBe(false);
    await eventually('the file is gone', () => !existsSync(path));
    expect(await isFree(path)).toBe(true);
    await eventually('the helper has ended', () => !isRunning(helper ?? 0));
  });
});

describe('the frames of locks', () => {
  it('number each lock, and a number that is not held is an error', async () => {
    const helper = new RawHelper();
    const lock = (id: number, name: string) =>
      encodeCall(id, { type: requestType.lock, path: join(folder, `raw-${name}`) });
    for (const frame of [lock(1, 'a'), lock(2, 'b'), lock(3, 'a'), encodeUnlock(4, 1), encodeUnlock(5, 1)])
      helper.write(frame);
    helper.write(lock(6, 'a'));
    await eventually('all are answered', () => helper.frames.length === 7);
    expect(helper.frames.map(({ type }) => type).slice(1)).toEqual([
      answerType.acquired,
      answerType.acquired,
      answerType.busy,
      answerType.unlocked,
      answerType.failed,
      answerType.acquired,
    ]);
    expect(new Set([1, 2, 6].map((at) => helper.frames[at]?.body.readUInt32LE(0))).size).toBe(3);
    expect((await helper.finish()).code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('raw-'))).toEqual([]);
  });

  it('that are malformed end the helper after its programs, and the locks go last', async () => {
    const path = join(folder, 'broken');
    const marker = join(folder, 'trapped');
    const script = `trap "test -e '${path}' && echo held; exit 0" TERM; echo > '${marker}'; sleep 60 & wait`;
    const helper = new RawHelper();
    helper.write(encodeCall(1, { type: requestType.lock, path }));
    helper.write(encodeSpawn(2, shell(script)));
    await eventually('the program runs', () => existsSync(marker));
    const unknown = encodeUnlock(3, 1);
    unknown.writeUInt32LE(77, 4);
    helper.write(unknown);
    expect((await helper.ended).code).toBe(2);
    const outcome = helper.frames.find(({ id }) => id === 2);
    expect(outcome && decodeEnded(outcome.body).stdout).toBe('held\n');
    expect(existsSync(path)).toBe(false);
  });
});

describe('programs of a client that is gone', () => {
  it('end at the bound that the helper was given, and the locks with them', async () => {
    const path = join(folder, 'bounded');
    const helper = new RawHelper({ args: ['--orphan-ms', '300'] });
    helper.write(encodeCall(1, { type: requestType.lock, path }));
    helper.write(encodeSpawn(2, shell('exec sleep 60', { graceMs: 100 })));
    await eventually('the program runs', () => childrenOf(helper.pid).length === 1);
    const since = Date.now();
    const end = helper.finish();
    await eventually('the input has ended', () => helper.child.stdin.writableFinished);
    expect(existsSync(path)).toBe(true);
    expect(await end).toMatchObject({ code: 0, signal: null });
    expect(Date.now() - since).toBeGreaterThanOrEqual(300);
    expect(existsSync(path)).toBe(false);
  });
});

/** Without its keeper. */
function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const isKeeper = (child: string) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'cni-keeper\n';
  return text.split(' ').flatMap((child) => (child === '' || isKeeper(child) ? [] : Number(child)));
}
