import fc from 'fast-check';
import { requestType } from '../../../../src/platform/helper/protocol.js';

/** One frame of a stream. */
export interface AnyFrame {
  readonly bytes: Buffer;
  readonly id: number;
  /** Whether it conforms to PROTOCOL.md. */
  readonly honest: boolean;
}

/** The bytes to write to a helper, in pieces. */
export interface AnyStream {
  readonly frames: readonly AnyFrame[];
  readonly pieces: readonly Buffer[];
  /** How many bytes are missing at its end. */
  readonly missing: number;
}

type Numbers = readonly number[];

/** The parts of a body before encoding: numbers, then bytes. */
interface Draft {
  readonly type: number;
  readonly numbers: Numbers;
  readonly rest: Buffer;
}

const firstId = 0x51000;
const edges = [0, 1, 2, 7, 8, 12, 28, 0xff, 1 << 20, (1 << 20) + 1, 64 << 20, (64 << 20) + 1, 0x7fffffff];
const high = [0x80000000, 0xffffff00, 0xfffffff0, 0xfffffffe, 0xffffffff];
/** Numbers for which the arithmetic of lengths and counts may fail, and any others. */
const numbers = fc.oneof(
  fc.constantFrom(...edges, ...high),
  fc.nat(40),
  fc.integer({ min: 0, max: 0xffffffff }),
);

/** Conversations about files in `folder`; about half of them have a fault. */
export function arbitraryStream(folder: string): fc.Arbitrary<AnyStream> {
  const drafts = fc.array(fc.tuple(arbitraryDraft(folder), damage()), { minLength: 1, maxLength: 10 });
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
  const missing = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 60 }));
  return fc.tuple(drafts, cuts, missing).map(([parts, at, lacks]) => {
    const frames = parts.map(([draft, change], index) => change(draft, idFor(draft, index)));
    const whole = Buffer.concat(frames.map(({ bytes }) => bytes));
    const stream = whole.subarray(0, Math.max(0, whole.length - lacks));
    return { frames, pieces: split(stream, at), missing: lacks };
  });
}

/** Each request has its own id; a cancellation uses the id of an early run. */
function idFor({ type }: Draft, index: number): number {
  return firstId + (type === requestType.cancel ? index % 3 : index);
}

function arbitraryDraft(folder: string): fc.Arbitrary<Draft> {
  const paths = [`${folder}/a`, `${folder}/lock`, '/nowhere/x', '/proc/self/ns/net', '', 'x'.repeat(5000)];
  const path = fc.constantFrom(...paths);
  return fc.oneof(
    { weight: 4, arbitrary: arbitrarySpawn() },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.integer({ min: 3, max: 7 }), path).map(([type, at]) => call(type, at)),
    },
    { weight: 1, arbitrary: fc.nat(3).map((lock) => draft(requestType.unlock, [lock])) },
    { weight: 1, arbitrary: fc.constant(draft(requestType.cancel, [])) },
  );
}

function arbitrarySpawn(): fc.Arbitrary<Draft> {
  return fc
    .record({
      path: fc.constantFrom('/bin/true', '/bin/cat', '/nowhere/x', ''),
      places: fc.constantFrom(
        [0],
        [1, '/'],
        [1, '/nowhere'],
        [2, '/nowhere/x'],
        [3, '/', '/proc/self/ns/net'],
        [11, '/', '/proc/self/ns/net', 'some task'],
        [16],
        [24, 'some task'],
      ),
      argv: fc.array(fc.constantFrom('-', '', 'a b'), { maxLength: 3 }),
      env: fc.array(fc.constantFrom('A=1', '', '='), { maxLength: 3 }),
      input: fc.constantFrom(0, 1, 5, 4097, 70_000),
      limits: fc.tuple(fc.nat(300), fc.nat(50)),
    })
    .map(({ path, places: [flags, ...places], argv, env, input, limits }) => {
      const text = strings([path, ...places, 'argument', ...argv, ...env]);
      const rest = Buffer.concat([text, Buffer.alloc(input, 'i')]);
      return draft(
        requestType.spawn,
        [...limits, Number(flags), argv.length + 1, env.length, text.length, input],
        rest,
      );
    });
}

const details: Readonly<Record<number, readonly string[]>> = {
  [requestType.netnsCreate]: [''],
  [requestType.netnsInspect]: ['eth0'],
};

function call(type: number, path: string): Draft {
  return draft(type, [0], strings([path, ...(details[type] ?? [])]));
}

function draft(type: number, fixed: Numbers, rest: Buffer = Buffer.alloc(0)): Draft {
  return { type, numbers: fixed, rest };
}

function strings(texts: readonly (string | number)[]): Buffer {
  return Buffer.from(texts.map((text) => `${text}\0`).join(''));
}

type Change = (draft: Draft, id: number) => AnyFrame;

/** How a draft becomes a frame: mostly unchanged, otherwise with one fault. */
function damage(): fc.Arbitrary<Change> {
  const place = fc.nat(0xffff);
  const bytes = fc.uint8Array({ maxLength: 40 });
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant<Change>((given, id) => honest(given, id)) },
    { weight: 3, arbitrary: fc.tuple(place, numbers).map(([at, value]) => wrongNumber(at, value)) },
    { weight: 2, arbitrary: fc.tuple(place, fc.nat(2)).map(([at, by]) => nearlyRight(at, by - 1)) },
    { weight: 1, arbitrary: numbers.map((value) => wrongHeader(0, value)) },
    { weight: 1, arbitrary: fc.oneof(numbers, fc.nat(9)).map((value) => wrongHeader(4, value)) },
    { weight: 1, arbitrary: numbers.map((value) => wrongHeader(8, value)) },
    { weight: 1, arbitrary: fc.nat(3).map((back) => wrongHeader(8, firstId + back)) },
    { weight: 1, arbitrary: place.map((at) => shortened(at)) },
    { weight: 1, arbitrary: bytes.map((more) => lengthened(more)) },
    { weight: 1, arbitrary: fc.constant(withoutNul) },
    { weight: 2, arbitrary: fc.tuple(place, fc.nat(255)).map(([at, value]) => wrongByte(at, value)) },
    { weight: 1, arbitrary: bytes.map((all) => wild(all)) },
  );
}

function honest({ type, numbers: fixed, rest }: Draft, id: number): AnyFrame {
  return { bytes: written(type, id, fixed, rest), id, honest: true };
}

/** One of the flags, counts and lengths of the body is replaced. */
function wrongNumber(at: number, value: number): Change {
  return ({ type, numbers: fixed, rest }, id) => {
    const wrong = fixed.map((each, index) => (index === at % fixed.length ? value : each));
    return { bytes: written(type, id, wrong, rest), id, honest: false };
  };
}

/** One is off by one, or none. */
function nearlyRight(at: number, by: number): Change {
  return (given, id) => {
    const value = (given.numbers[at % Math.max(1, given.numbers.length)] ?? 0) + by;
    return wrongNumber(at, value >>> 0)(given, id);
  };
}

function wrongHeader(at: number, value: number): Change {
  return (given, id) => {
    const { bytes } = honest(given, id);
    bytes.writeUInt32LE(value, at);
    return { bytes, id, honest: false };
  };
}

/** The frame is as long as it says, but its body ends early. */
function shortened(by: number): Change {
  return (given, id) => withBody(given, id, (body) => body.subarray(0, by % (body.length + 1)));
}

function lengthened(more: Uint8Array): Change {
  return (given, id) => withBody(given, id, (body) => Buffer.concat([body, more]));
}

/** The strings are not separated, and the last one is not terminated. */
const withoutNul: Change = ({ type, numbers: fixed, rest }, id) => {
  const bytes = written(type, id, fixed, Buffer.from(rest.map((byte) => byte || 0x41)));
  return { bytes, id, honest: false };
};

/** A replaced byte in a string is NUL, since another one could create folders at a random path. */
function wrongByte(at: number, value: number): Change {
  return (given, id) => {
    const { bytes } = honest(given, id);
    const place = at % bytes.length;
    bytes[place] = place < 12 + 4 * given.numbers.length ? value : 0;
    return { bytes, id, honest: false };
  };
}

/** The body is random. */
function wild(body: Uint8Array): Change {
  return (given, id) => withBody(given, id, () => Buffer.from(body));
}

function withBody(given: Draft, id: number, change: (body: Buffer) => Buffer): AnyFrame {
  const body = change(honest(given, id).bytes.subarray(12));
  return { bytes: written(given.type, id, [], body), id, honest: false };
}

function written(type: number, id: number, fixed: Numbers, rest: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + 4 * fixed.length + rest.length);
  const head = [bytes.length - 4, type, id, ...fixed];
  for (const [index, value] of head.entries()) bytes.writeUInt32LE(value, 4 * index);
  bytes.set(rest, 4 * head.length);
  return bytes;
}

function split(stream: Buffer, at: Numbers): Buffer[] {
  const places = [0, ...at.map((part) => Math.floor(part * stream.length)), stream.length];
  places.sort((left, right) => left - right);
  return places.slice(1).map((end, index) => stream.subarray(places[index], end));
}
