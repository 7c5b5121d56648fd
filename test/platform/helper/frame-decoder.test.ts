import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../../../src/platform/helper/frame-decoder.js';

const frames = fc.array(
  fc.record({ type: fc.nat(), id: fc.nat(), body: fc.uint8Array({ maxLength: 300 }) }),
  {
    maxLength: 8,
  },
);

describe('FrameDecoder', () => {
  it('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
        const decoder = new FrameDecoder();
        const received = cut(Buffer.concat(sent.map(encode)), cuts).flatMap((chunk) => decoder.push(chunk));
        expect(received.map(({ type, id, body }) => ({ type, id, body: Uint8Array.from(body) }))).toEqual(
          sent,
        );
      }),
    );
  });

  it.each([0, 7, (64 << 20) + 1, 0xffffffff])('refuses a length of %i', (length) => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(length);
    expect(() => new FrameDecoder().push(header)).toThrow(RangeError);
  });
});

function encode({ type, id, body }: { type: number; id: number; body: Uint8Array }): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(8 + body.length, 0);
  header.writeUInt32LE(type, 4);
  header.writeUInt32LE(id, 8);
  return Buffer.concat([header, body]);
}

function cut(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
