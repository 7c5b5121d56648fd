import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Records } from '../../../src/operator/records/records.js';

const CONTAINERS = 200;

/**
 * Another program that writes the folder: in place as Go does it, or by a file of its own that it renames. Each container
 * comes once and goes once, so that what two walks have found was there all the time between them.
 */
const WRITER = `
  import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
  const [dir] = process.argv.slice(1);
  mkdirSync(dir + '/results', { recursive: true });
  const plugin = { type: 'portmap', capabilities: { portMappings: true } };
  const list = JSON.stringify({ cniVersion: '1.0.0', name: 'n', plugins: [plugin] });
  const entry = (number) => JSON.stringify({
    kind: 'cniCacheV1', containerId: 'c-' + number, ifName: 'eth0', networkName: 'n',
    config: Buffer.from(list).toString('base64'),
    capabilityArgs: { portMappings: [{ hostPort: 1000 + number, containerPort: 80 }] }, result: {},
  });
  const file = (number) => dir + '/results/n-c-' + number + '-eth0';
  let alive = [];
  for (let number = 0; number < ${CONTAINERS}; number += 1) {
    if (number % 2 === 0) writeFileSync(file(number), entry(number));
    else {
      writeFileSync(dir + '/new', entry(number));
      renameSync(dir + '/new', file(number));
    }
    alive.push(number);
    if (alive.length > 20) rmSync(file(alive.splice(Math.floor(Math.random() * alive.length), 1)[0]));
    if (Math.random() < 0.2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
  }`;

let dir: string;
let writer: ChildProcess | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-index-'));
});

afterEach(async () => {
  writer?.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

const ports = Array.from({ length: CONTAINERS }, (_, number) => ({
  hostPort: 1000 + number,
  hostIP: '',
  protocol: 'tcp',
}));

/** What there is, by the records themselves or by their index. */
interface Seen {
  readonly names: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
}

/** By reading everything. */
async function walk(): Promise<Seen> {
  const records = new Records(dir);
  const names = (await records.names()).filter((name) => records.status(name) !== undefined);
  const owners = names.flatMap((name) => records.read(name)?.containerId ?? []);
  return { names: new Set(names), owners: new Set(owners) };
}

/** All at once: with each answer, more of what has changed would be heard of. */
async function ask(records: Records, count: number): Promise<Seen> {
  const containers = Array.from({ length: count }, (_, number) => `c-${number}`);
  const [owners, ...found] = await Promise.all([
    records.ownersOf(ports),
    ...containers.map((id) => records.namesOf(id)),
  ]);
  return { names: new Set(found.flat()), owners: new Set(owners.map(({ containerId }) => containerId)) };
}

/** Lets the other program write, and hears of nothing meanwhile. @returns the names that are there then */
function namesAfter(ms: number): Set<string> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const folder = join(dir, 'results');
  return new Set(existsSync(folder) ? readdirSync(folder) : []);
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((one) => b.has(one));
}

/** One thing that happens to the record of a container, and the port that it has after that. */
interface Happening {
  readonly what: 'writtenInPlace' | 'renamed' | 'removed' | 'folderReplaced';
  readonly number: number;
  readonly port: number;
}

const happening = fc.record<Happening>({
  what: fc.constantFrom('writtenInPlace', 'renamed', 'removed', 'folderReplaced'),
  number: fc.nat({ max: 3 }),
  port: fc.nat({ max: 3 }),
});

const LIST = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'n',
  plugins: [{ type: 'portmap', capabilities: { portMappings: true } }],
});

function happen({ what, number, port }: Happening): void {
  const file = join(dir, 'results', `n-c-${number}-eth0`);
  const entry = JSON.stringify({
    kind: 'cniCacheV1',
    containerId: `c-${number}`,
    ifName: 'eth0',
    networkName: 'n',
    config: Buffer.from(LIST).toString('base64'),
    capabilityArgs: { portMappings: [{ hostPort: 1000 + port, containerPort: 80 }] },
    result: {},
  });
  mkdirSync(join(dir, 'results'), { recursive: true });
  if (what === 'writtenInPlace') writeFileSync(file, entry);
  if (what === 'renamed') {
    writeFileSync(join(dir, 'new'), entry);
    renameSync(join(dir, 'new'), file);
  }
  if (what === 'removed') rmSync(file, { force: true });
  if (what !== 'folderReplaced') return;
  rmSync(join(dir, 'results'), { recursive: true });
  mkdirSync(join(dir, 'results'));
  writeFileSync(file, entry);
}

describe.each([true, false])('the index of the records, with a watch: %s', (watch) => {
  it('says what a walk says, while another program writes', async () => {
    using records = new Records(dir, { watch });
    writer = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, dir], { stdio: 'inherit' });
    const ended = once(writer, 'close');
    let isOver = false;
    ended.then(() => {
      isOver = true;
    });
    let rounds = 0;
    while (!isOver) {
      const before = await walk();
      const names = namesAfter(3);
      const answer = await ask(records, CONTAINERS);
      const after = await walk();
      for (const name of shared(names, after.names)) expect(answer.names).toContain(name);
      for (const id of shared(before.owners, after.owners)) expect(answer.owners).toContain(id);
      rounds += 1;
      await sleep(1);
    }
    expect(await ended).toEqual([0, null]);
    expect(rounds).toBeGreaterThan(1);
    const end = await walk();
    expect(end.names.size).toBe(20);
    expect(await ask(records, CONTAINERS)).toEqual(end);
  });

  it('says what a walk says, whatever happens, at the moment at which it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (all, step) => {
          using records = new Records(dir, { watch });
          for (const [index, one] of all.entries()) {
            happen(one);
            if (index % step !== 0) continue;
            // The question comes first: nothing may be heard of between the two.
            const answer = ask(records, 4);
            expect(await answer).toEqual(await walk());
          }
          rmSync(join(dir, 'results'), { recursive: true, force: true });
        },
      ),
      { numRuns: 40 },
    );
  });
});
