import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  decodeAcquired,
  decodeBusy,
  decodeEnded,
  decodeFailed,
  decodeNetns,
} from '../../../src/platform/helper/decode.js';
import type { Frame } from '../../../src/platform/helper/frame-decoder.js';
import { answerType, requestType } from '../../../src/platform/helper/protocol.js';
import { type AnyFrame, type AnyStream, arbitraryStream } from './harness/arbitrary-frames.js';
import { type RawEnd, RawHelper } from './harness/raw-helper.js';
import { parseFirst } from './harness/reference-parser.js';
import { sanitizedHelper, sanitizedParser } from './harness/sanitized-helper.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-fuzz-'));
// A damaged frame may ask for anything: it must not have the rights to do it.
const nobody = process.geteuid?.() === 0 ? 65534 : undefined;
const writable = join(folder, 'writable');
let binary = '';
beforeAll(() => {
  mkdirSync(writable);
  chmodSync(writable, 0o777);
  binary = sanitizedHelper(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const streams = 300;
const parsed = 5000;
const atOnce = 6;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);

it(`frames of any kind never break the helper (FUZZ_SEED=${seed})`, { timeout: 180_000 }, async () => {
  const queue = fc.sample(arbitraryStream(writable), { seed, numRuns: streams }).entries();
  const codes: (number | null)[] = [];
  const work = async () => {
    for (const [index, stream] of queue) codes.push(await converse(stream, `stream ${index}`));
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  expect(readdirSync(writable)).toEqual([]);
  // Both kinds were there in numbers, so neither was an accident.
  for (const code of [0, 2])
    expect(codes.filter((each) => each === code).length).toBeGreaterThan(streams / 10);
});

it(`a frame is read as PROTOCOL.md has it, and nothing beyond it (FUZZ_SEED=${seed})`, {
  timeout: 60_000,
}, () => {
  const sample = fc.sample(arbitraryStream('/nowhere'), { seed, numRuns: parsed });
  const inputs = sample.flatMap(({ frames, missing }) =>
    frames.map(({ bytes }) => bytes.subarray(0, Math.max(0, bytes.length - missing))),
  );
  const input = Buffer.concat(inputs.flatMap((bytes) => [sizeOf(bytes), bytes]));
  const output = execFileSync(sanitizedParser(folder), { input, encoding: 'utf8', maxBuffer: 64 << 20 });
  const lines = output.trimEnd().split('\n');
  expect(lines.length).toBe(inputs.length);
  for (const [index, bytes] of inputs.entries())
    if (lines[index] !== parseFirst(bytes))
      expect(lines[index], bytes.toString('hex')).toBe(parseFirst(bytes));
  for (const verdict of ['complete', 'malformed', 'incomplete'])
    expect(lines.filter((line) => line.startsWith(verdict)).length).toBeGreaterThan(lines.length / 20);
});

function sizeOf(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return size;
}

/** The exit code of a helper that was given the stream. */
async function converse(stream: AnyStream, name: string): Promise<number | null> {
  const helper = new RawHelper({ binary, uid: nobody, args: ['--orphan-ms', '300'] });
  // Otherwise it would find all pieces at once.
  await once(helper.child.stdout, 'data');
  for (const piece of stream.pieces) {
    helper.write(piece);
    await sleep(3);
  }
  const end = await helper.finish();
  expectGoodEnd(stream, end, `${name}: ${end.stderr}`);
  expectAnswers(stream, helper.frames, name);
  return end.code;
}

function expectGoodEnd(stream: AnyStream, end: RawEnd, what: string): void {
  const isHonest = stream.missing === 0 && stream.frames.every(({ honest }) => honest);
  expect([0, 2], what).toContain(end.code);
  if (isHonest) expect(end.code, what).toBe(0);
  expect(end.stderr, what).toMatch(end.code === 0 ? /^$/ : /^(cni-helper: malformed frame: .*\n)+$/);
}

/** Nothing that comes later takes away the answer to a good request, nor adds one. */
function expectAnswers(stream: AnyStream, [hello, ...answers]: readonly Frame[], name: string): void {
  expect(hello?.type, name).toBe(answerType.hello);
  for (const answer of answers) expectReadable(answer);
  const requests = stream.frames.filter(({ bytes }) => bytes.readUInt32LE(4) !== requestType.cancel);
  const received = goodOnes(stream).filter((frame) => requests.includes(frame));
  for (const { id } of received) {
    const count = answers.filter((answer) => answer.id === id).length;
    const most = requests.filter(({ bytes }) => bytes.readUInt32LE(8) === id).length;
    expect(count > 0 && count <= most, `${name}: ${count} answers to ${id}`).toBe(true);
  }
}

/** The frames that are there to their end, before the first damaged one. */
function goodOnes({ frames, pieces }: AnyStream): AnyFrame[] {
  const good: AnyFrame[] = [];
  let left = Buffer.concat(pieces).length;
  for (const frame of frames) {
    left -= frame.bytes.length;
    if (left < 0 || !frame.honest) break;
    good.push(frame);
  }
  return good;
}

function expectReadable({ type, body }: Frame): void {
  if (type === answerType.ended) decodeEnded(body);
  else if (type === answerType.failed) expect(decodeFailed(body).syscall).not.toBe('');
  else if (type === answerType.netns) decodeNetns(body);
  else if (type === answerType.acquired) expect(decodeAcquired(body)).toBeGreaterThan(0);
  else if (type === answerType.busy) expect(decodeBusy(body)).toBeTypeOf('boolean');
  else expect([type, body.length]).toEqual([answerType.unlocked, 0]);
}
