import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { LibcniError, type LibcniErrorCode } from '../errors/libcni-error.js';
import { type Frame, FrameDecoder } from '../platform/helper/frame-decoder.js';
import { findHelperBinary } from '../platform/helper/index.js';

const HEADER_BYTES = 12;
/** The longest message that the helper accepts. */
const MESSAGE_BYTES = 64 * 1024;
const frameType = { listening: 1, asked: 2, gone: 3, answer: 1 } as const;
const events = new Map([
  [1, 'createRuntime'],
  [2, 'poststop'],
] as const);

/** What the exit code of the helper means. */
const refusals: ReadonlyMap<number, LibcniErrorCode> = new Map([
  [3, 'ERR_IN_USE'],
  [4, 'ERR_PERMISSION'],
]);

/** A request of a hook. */
export interface AskedHook {
  /** Identifies this request at the gate. */
  readonly id: number;
  readonly event: 'createRuntime' | 'poststop';
  readonly pid: number;
  readonly uid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly state: string;
}

/** What the gate calls. */
export interface GateHandlers {
  asked(hook: AskedHook): void;
  /** The hook has disconnected without an answer: its runtime has given up. */
  gone(id: number): void;
  /** The gate has ended by itself; pending requests get no answer. */
  ended(): void;
}

type GateProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * The native helper as the gate in front of a socket. It listens, checks the credentials of peers, which Node cannot, and
 * passes their requests on.
 */
export class HookGate {
  readonly #process: GateProcess;
  readonly #handlers: GateHandlers;
  readonly #decoder = new FrameDecoder();
  #stderr = '';
  #listening: () => void = () => {};
  #closed = false;

  private constructor(socket: string, handlers: GateHandlers) {
    this.#handlers = handlers;
    this.#process = startGate(socket);
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-MESSAGE_BYTES);
    });
    // The end of the process is handled above.
    this.#process.stdin.on('error', () => {});
  }

  /** @throws LibcniError `ERR_HELPER`, `ERR_IN_USE` if it cannot listen on the socket */
  static async open(socket: string, handlers: GateHandlers): Promise<HookGate> {
    const gate = new HookGate(socket, handlers);
    await new Promise<void>((settle, reject) => {
      gate.#listening = settle;
      gate.#process.once('error', (cause) => {
        reject(
          new LibcniError('ERR_HELPER', `the native helper cannot be started: ${cause.message}`, { cause }),
        );
      });
      gate.#process.once('close', () => reject(gate.#refusal(socket)));
    });
    gate.#process.once('close', () => {
      if (!gate.#closed) handlers.ended();
    });
    return gate;
  }

  /** Answers a hook: success, or a failure message. */
  answer(id: number, failure?: string): void {
    const message = Buffer.from(failure ?? '').subarray(0, MESSAGE_BYTES);
    const frame = Buffer.alloc(HEADER_BYTES + 4 + message.length);
    frame.writeUInt32LE(frame.length - 4, 0);
    frame.writeUInt32LE(frameType.answer, 4);
    frame.writeUInt32LE(id, 8);
    frame.writeUInt32LE(failure === undefined ? 0 : 1, HEADER_BYTES);
    message.copy(frame, HEADER_BYTES + 4);
    this.#process.stdin.write(frame);
  }

  /** Accepts no more hooks, and removes the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((settle) => this.#process.once('close', settle));
    this.#process.stdin.end();
    await ended;
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#decoder.push(chunk)) {
      if (frame.type === frameType.listening) this.#listening();
      else if (frame.type === frameType.gone) this.#handlers.gone(frame.id);
      else if (frame.type === frameType.asked) this.#handlers.asked(decodeAsked(frame));
    }
  }

  #refusal(socket: string): LibcniError {
    const why = this.#stderr.trim() || 'the native helper has ended';
    const code = refusals.get(this.#process.exitCode ?? 0) ?? 'ERR_HELPER';
    const hint = code === 'ERR_PERMISSION' ? '; run as root, or as the owner of the folder' : '';
    return new LibcniError(code, `hooks cannot be served: ${why}${hint}`, { value: socket });
  }
}

function startGate(socket: string): GateProcess {
  const binary = findHelperBinary();
  if (binary === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  return spawn(binary, ['hook-gate', socket], { stdio: ['pipe', 'pipe', 'pipe'], env: {}, cwd: '/' });
}

/** The helper has checked every length. */
function decodeAsked({ id, body }: Frame): AskedHook {
  const event = events.get(body.readUInt32LE(0) as 1 | 2);
  const envEnd = 20 + body.readUInt32LE(12);
  if (event === undefined || envEnd + body.readUInt32LE(16) !== body.length)
    throw new RangeError('a request of a hook is malformed');
  const variables = body.toString('utf8', 20, envEnd).split('\0').slice(0, -1);
  const env = Object.fromEntries(variables.map(splitVariable));
  return {
    id,
    event,
    pid: body.readUInt32LE(4),
    uid: body.readUInt32LE(8),
    env,
    state: body.toString('utf8', envEnd),
  };
}

function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}
