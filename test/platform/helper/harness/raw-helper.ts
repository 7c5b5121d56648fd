import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Frame, FrameDecoder } from '../../../../src/platform/helper/frame-decoder.js';
import { findHelperBinary } from '../../../../src/platform/helper/index.js';

/** How the helper ended. */
export interface RawEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** The options of a raw helper. */
export interface RawOptions {
  readonly binary?: string;
  readonly uid?: number | undefined;
  /** The arguments after `serve`. */
  readonly args?: readonly string[];
}

/** The helper without our client: any bytes in, frames out. */
export class RawHelper {
  readonly child: ChildProcessWithoutNullStreams;
  readonly frames: Frame[] = [];
  readonly ended: Promise<RawEnd>;
  private readonly decoder = new FrameDecoder();
  private stderr = '';

  constructor({ binary = findHelperBinary() ?? 'cni-helper', uid, args = [] }: RawOptions = {}) {
    const identity = uid === undefined ? {} : { uid, gid: uid };
    this.child = spawn(binary, ['serve', ...args], { stdio: 'pipe', cwd: '/', ...identity });
    this.child.stdout.on('data', (chunk: Buffer) => this.frames.push(...this.decoder.push(chunk)));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // Writing to a helper that has refused its input fails; only how it ended counts.
    this.child.stdin.on('error', () => undefined);
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal, stderr: this.stderr }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the helper did not start');
    return this.child.pid;
  }

  write(bytes: Buffer): void {
    this.child.stdin.write(bytes);
  }

  /** Ends the input and waits until the helper exits. */
  finish(): Promise<RawEnd> {
    this.child.stdin.end();
    return this.ended;
  }
}
