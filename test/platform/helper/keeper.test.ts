import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { endProcess, eventually, isRunning } from './harness/processes.js';
import { shell } from './harness/shell.js';

let folder: string;
let client: HelperClient;
let other: HelperClient;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helper-keeper-'));
  [client, other] = [new HelperClient(), new HelperClient()];
});

afterEach(async () => {
  await Promise.all([client[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
  rmSync(folder, { recursive: true });
});

/** Runs a piece of shell, waits until it has begun or made another file, and kills the helper. */
async function cutOff(script: string, request: Parameters<typeof shell>[1], file = 'begun'): Promise<void> {
  const running = client.spawn(shell(`cd ${folder}; touch begun; ${script}`, request));
  const failed = expect(running).rejects.toMatchObject({ code: 'ERR_HELPER' });
  await eventually('the program runs', () => has(file));
  endProcess(client.pid ?? 0);
  await failed;
}

/** Shell that waits for `letGo`, or for the end of the test. */
const held = 'while [ -e begun ]; do sleep 0.05; done';

function letGo(): void {
  rmSync(join(folder, 'begun'));
}

function has(name: string): boolean {
  return existsSync(join(folder, name));
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function keeperOf({ pid = 0 }: HelperClient): Promise<number> {
  const isKeeper = (child: number) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'cni-keeper\n';
  const find = () => childrenOf(pid).find(isKeeper);
  await eventually('there is a keeper', () => find() !== undefined);
  return find() ?? 0;
}

describe('a program that is to finish', () => {
  it('comes to its end where the helper is killed, whatever it prints', async () => {
    const noise = 'head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2';
    await cutOff(`sleep 0.3; ${noise}; touch finished`, { finishes: true });
    await eventually('it ends', () => has('finished'));
  });

  it('is ended at its deadline, and killed after the grace', async () => {
    const script = "trap 'touch told' TERM; echo $$ > pid; touch begun; while :; do sleep 0.05; done";
    await cutOff(script, { finishes: true, timeoutMs: 1000, graceMs: 200 });
    await eventually('it is told to end', () => has('told'));
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await eventually('it is killed', () => !isRunning(pid));
  });

  it('keeps the locks of its helper until then, and others can tell', async () => {
    const lock = join(folder, 'lock');
    await client.tryLock(lock);
    expect(await other.lockHolder(lock)).toBe('living');
    await cutOff(`${held}; touch finished`, { finishes: true });
    expect(await other.lockHolder(lock)).toBe('left');
    letGo();
    await eventually('it ends', () => has('finished'));
    while ((await other.lockHolder(lock)) !== undefined) expect(has('finished')).toBe(true);
  });

  it('has the pipe of its input closed', async () => {
    await cutOff('sleep 0.5; cat > /dev/null; touch finished', {
      finishes: true,
      stdin: 'x'.repeat(1_000_000),
    });
    await eventually('it ends', () => has('finished'));
  });
});

describe('a program that need not finish', () => {
  it('is killed with its helper, and what it started is waited for', async () => {
    const lock = join(folder, 'lock');
    await client.tryLock(lock);
    await cutOff(`(touch started; ${held}; touch delegate) & wait; touch finished`, {}, 'started');
    expect(await other.lockHolder(lock)).toBe('left');
    letGo();
    await eventually('what it started ends', () => has('delegate'));
    await eventually('the lock is free', () => readdirSync(folder).length > 0);
    while ((await other.lockHolder(lock)) !== undefined) expect(has('delegate')).toBe(true);
    expect(has('finished')).toBe(false);
  });
});

describe('a task', () => {
  const busy = { code: 'EBUSY', syscall: 'task' };

  it('is not begun again while a program that has lost its helper works on it', async () => {
    await cutOff(`${held}; touch finished`, { finishes: true, task: 'some task' });
    await expect(other.spawn(shell('true', { task: 'some task' }))).rejects.toMatchObject(busy);
    expect(await other.spawn(shell('true', { task: 'another' }))).toMatchObject({ exitCode: 0 });
    letGo();
    await eventually('it ends', () => has('finished'));
    const again = () => other.spawn(shell('true', { task: 'some task' })).catch(() => undefined);
    while ((await again()) === undefined);
  });

  it('may have several programs of one living client', async () => {
    const runs = [1, 2].map(() => client.spawn(shell('sleep 0.1', { task: 'some task' })));
    expect(await Promise.all(runs)).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
  });
});

describe('the keeper', () => {
  it('is replaced where it is killed', async () => {
    await client.spawn(shell('true'));
    const first = await keeperOf(client);
    endProcess(first);
    await eventually('it ends', () => !isRunning(first));
    await client.spawn(shell('true'));
    expect(await keeperOf(client)).not.toBe(first);
    await cutOff('sleep 0.2; touch finished', { finishes: true });
    await eventually('the program ends', () => has('finished'));
  });

  it('ends with its helper where nothing is to be kept', async () => {
    await client.spawn(shell('true'));
    const [helper, keeper] = [client.pid ?? 0, await keeperOf(client)];
    endProcess(helper);
    await eventually('it ends', () => !isRunning(keeper));
    await other.spawn(shell('true'));
    const second = await keeperOf(other);
    await other[Symbol.asyncDispose]();
    expect(isRunning(second)).toBe(false);
  });
});
