import { frameLimit, headerBytes } from './protocol.js';

/** One frame from the helper. `body` shares memory with the chunk that it arrived in. */
export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

/** Cuts a stream of chunks into frames. A frame spread over many chunks is copied once. */
export class FrameDecoder {
  private parts: Buffer[] = [];
  private size = 0;
  private wanted = headerBytes;

  /** The frames that this chunk completes. Throws a `RangeError` for an impossible length. */
  push(chunk: Buffer): Frame[] {
    this.parts.push(chunk);
    this.size += chunk.length;
    if (this.size < this.wanted) return [];
    const data = this.parts.length === 1 ? chunk : Buffer.concat(this.parts, this.size);
    return this.cut(data);
  }

  private cut(data: Buffer): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    this.wanted = headerBytes;
    while (data.length - at >= headerBytes) {
      const end = at + frameSize(data, at);
      this.wanted = end - at;
      if (end > data.length) break;
      frames.push(readFrame(data, at, end));
      at = end;
      this.wanted = headerBytes;
    }
    this.parts = at === data.length ? [] : [data.subarray(at)];
    this.size = data.length - at;
    return frames;
  }
}

function frameSize(data: Buffer, at: number): number {
  const length = data.readUInt32LE(at);
  if (length < headerBytes - 4 || length > frameLimit) throw new RangeError(`frame of ${length} bytes`);
  return length + 4;
}

function readFrame(data: Buffer, at: number, end: number): Frame {
  return {
    type: data.readUInt32LE(at + 4),
    id: data.readUInt32LE(at + 8),
    body: data.subarray(at + headerBytes, end),
  };
}
