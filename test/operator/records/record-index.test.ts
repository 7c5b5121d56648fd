import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordIndex } from '../../../src/operator/records/record-index.js';
import { Records } from '../../../src/operator/records/records.js';
import { askIndex, compareWhileOthersWrite, type Questions, walk } from './harness/compare-with-walk.js';

const CONTAINERS = 200;

/**
 * Another program that writes the folder: in place as Go does it, or by a file of its own that it renames. Each container
 * comes once and goes once.
 */
const WRITER = `
  import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** The containers have these ports in the order of their numbers. */
function questionsAbout(count: number): Questions {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return {
    hostPorts: numbers.map((number) => 1000 + number),
    containerIds: numbers.map((number) => `c-${number}`),
  };
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
      await compareWhileOthersWrite(records, questionsAbout(CONTAINERS));
      rounds += 1;
      await sleep(1);
    }
    expect(await ended).toEqual([0, null]);
    expect(rounds).toBeGreaterThan(1);
    const end = await walk(dir);
    expect(end.names.size).toBe(20);
    expect(await askIndex(records, questionsAbout(CONTAINERS))).toEqual(end);
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
            const answer = askIndex(records, questionsAbout(4));
            expect(await answer).toEqual(await walk(dir));
          }
          rmSync(join(dir, 'results'), { recursive: true, force: true });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the index of the records, while the folder is listed', () => {
  /** A folder whose first listing takes long. */
  function slowFolder() {
    const results = join(dir, 'results');
    mkdirSync(results);
    let listings = 0;
    const names = async () => {
      const isFirst = listings === 0;
      listings += 1;
      const found = readdirSync(results);
      await sleep(isFirst ? 100 : 1);
      return found;
    };
    const fileOf = (name: string) => join(results, name);
    const status = (name: string) => lstatSync(fileOf(name), { throwIfNoEntry: false });
    return { names, status, fileOf, listings: () => listings };
  }

  it('keeps what is written meanwhile', async () => {
    const folder = slowFolder();
    using index = new RecordIndex(folder, { tempFolder: dir, onTouched() {} });
    const first = index.refresh();
    await sleep(20);
    writeFileSync(folder.fileOf('net-new-eth0'), '{}');
    await index.refresh();
    expect(index.names.ofContainer('new')).toEqual(['net-new-eth0']);
    await first;
    await index.refresh();
    expect(index.names.ofContainer('new')).toEqual(['net-new-eth0']);
  });

  it('lists it once for all who ask', async () => {
    const folder = slowFolder();
    using index = new RecordIndex(folder, { tempFolder: dir, onTouched() {} });
    await Promise.all(Array.from({ length: 50 }, () => index.refresh()));
    expect(folder.listings()).toBe(1);
  });

  it('lists it once more, at most, for all who ask and cannot watch it', async () => {
    const folder = slowFolder();
    using index = new RecordIndex(folder, { onTouched() {} });
    await Promise.all(Array.from({ length: 50 }, () => index.refresh()));
    expect(folder.listings()).toBe(2);
  });
});
