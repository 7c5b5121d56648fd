import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { LibcniError } from '../../errors/libcni-error.js';
import { encodeCancel, encodeSpawn, encodeUnlock } from './encode.js';
import { type Frame, FrameDecoder } from './frame-decoder.js';
import { answerType, callLimitMs, noLock, protocolMagic, protocolVersion } from './protocol.js';
import { SpawnQueue } from './spawn-queue.js';
import type { SpawnRequest } from './types.js';
import { dueAfter, type Expected, Watchdog } from './watchdog.js';

/** How long the program may take to identify itself as the helper. */
const helloTimeoutMs = 10_000;
/** How long an idle helper may take to exit. */
const closeTimeoutMs = 5000;
const stderrTailChars = 4096;

/** Waits for an answer. One of the functions is called, once. */
export interface Waiter extends Expected {
  answer(frame: Frame): void;
  fail(error: LibcniError): void;
  /** How many programs had been requested when this request was sent. Its answer shows that the helper has seen them. */
  sentAfter?: number;
}

/** Waits for a program to start and end. */
export interface SpawnWaiter extends Waiter {
  /** The time was up before the program could be requested. */
  expire(): void;
}

/**
 * One run of the helper. It keeps Node alive only while somebody waits for an answer. Once it has ended it is never
 * restarted, and all its pending requests fail.
 */
export class HelperProcess {
  private readonly child: ChildProcess;
  private readonly decoder = new FrameDecoder();
  private readonly waiters = new Map<number, Waiter | SpawnWaiter>();
  private readonly exit: Promise<void>;
  private readonly helloTimer: NodeJS.Timeout;
  private readonly watchdog = new Watchdog(
    () => this.waiters.values(),
    () => this.break('it does not answer'),
  );
  private readonly spawns = new SpawnQueue({
    send: (id, frame) => this.sendSpawn(id, frame),
    expire: (id) => this.expire(id),
    probe: () => this.probe(),
  });
  private greeted = false;
  private corked = false;
  private closing = false;
  private unsent: Buffer[] = [];
  private stderr = '';
  private failure: LibcniError | undefined;
  private nextId = 1;

  constructor(private readonly binary: string) {
    this.child = spawn(binary, ['serve'], { stdio: 'pipe', detached: true, env: {}, cwd: '/' });
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.end(describeEnd(code, signal));
        resolve();
      });
    });
    this.child.once('error', (error) => this.end(error.message, error));
    this.helloTimer = setTimeout(() => this.break('it did not say hello'), helloTimeoutMs);
    this.listen();
    this.keepAlive(false);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** False once it has ended or is ending: use another one. */
  get usable(): boolean {
    return this.failure === undefined;
  }

  /** Sends the frame that `encode` makes for a fresh id, which is returned. */
  request(encode: (id: number) => Buffer, waiter: Waiter): number {
    const id = this.freshId();
    const frame = encode(id);
    if (!this.expect(id, waiter)) return id;
    waiter.sentAfter = this.spawns.sent;
    this.send(frame);
    return id;
  }

  /** Requests a program as soon as the helper has accepted most of those before it. */
  spawn(request: SpawnRequest, waiter: SpawnWaiter): number {
    const id = this.freshId();
    const frame = encodeSpawn(id, request);
    if (this.expect(id, waiter)) this.spawns.add(id, frame, request.timeoutMs);
    return id;
  }

  /** Withdraws a request that was not sent; its waiter is not called. False if the helper knows of it or has answered. */
  withdraw(id: number): boolean {
    if (!this.spawns.remove(id)) return false;
    this.take(id);
    this.endInputIfIdle();
    return true;
  }

  /** Tells the run `id` to end within its grace period. */
  cancel(id: number, graceMs: number): void {
    const waiter = this.waiters.get(id);
    if (waiter === undefined) return;
    waiter.dueAt = Math.min(waiter.dueAt, dueAfter(graceMs));
    this.watchdog.watch(waiter.dueAt);
    this.send(encodeCancel(id));
  }

  /**
   * Makes the helper exit once it has answered every request. Until then, running programs can be cancelled. Keeps Node
   * alive until it has exited.
   */
  async close(): Promise<void> {
    this.closing = true;
    this.keepAlive(true);
    this.endInputIfIdle();
    await this.exit;
  }

  /** False if it has failed already. */
  private expect(id: number, waiter: Waiter): boolean {
    if (this.failure !== undefined) {
      waiter.fail(this.failure);
      return false;
    }
    this.waiters.set(id, waiter);
    this.watchdog.watch(waiter.dueAt);
    if (this.waiters.size === 1) this.keepAlive(true);
    return true;
  }

  private take(id: number): Waiter | SpawnWaiter | undefined {
    const waiter = this.waiters.get(id);
    if (this.waiters.delete(id) && this.waiters.size === 0) this.keepAlive(false);
    return waiter;
  }

  private sendSpawn(id: number, frame: Buffer): void {
    const waiter = this.waiters.get(id);
    if (waiter !== undefined) waiter.sentAfter = this.spawns.sent;
    this.send(frame);
  }

  private expire(id: number): void {
    const waiter = this.take(id);
    if (waiter !== undefined && 'expire' in waiter) waiter.expire();
    this.endInputIfIdle();
  }

  private probe(): void {
    this.request((id) => encodeUnlock(id, noLock), {
      dueAt: dueAfter(callLimitMs),
      answer: () => this.spawns.probed(),
      fail: () => undefined,
    });
  }

  private endInputIfIdle(): void {
    const { stdin } = this.child;
    // A process that could not be started has no such stream, whatever the types say.
    if (!this.closing || this.waiters.size > 0 || !stdin || stdin.writableEnded) return;
    stdin.end();
    setTimeout(() => this.child.kill('SIGKILL'), closeTimeoutMs).unref();
  }

  private send(frame: Buffer): void {
    if (this.failure !== undefined) return;
    if (this.greeted) this.write(frame);
    else this.unsent.push(frame);
  }

  private freshId(): number {
    do this.nextId = (this.nextId + 1) >>> 0;
    while (this.waiters.has(this.nextId));
    return this.nextId;
  }

  /** The first frame of a tick is sent immediately, so that the helper can begin. Later ones are sent together. */
  private write(frame: Buffer): void {
    const { stdin } = this.child;
    stdin?.write(frame);
    if (this.corked || stdin === null) return;
    this.corked = true;
    stdin.cork();
    process.nextTick(() => {
      this.corked = false;
      stdin.uncork();
    });
  }

  private listen(): void {
    const { stdin, stdout, stderr } = this.child;
    stdout?.on('data', (chunk: Buffer) => this.receive(chunk));
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-stderrTailChars);
    });
    // The reason is known when the process has ended. These events only say that it did.
    for (const stream of [stdin, stdout, stderr]) stream?.on('error', () => undefined);
  }

  private receive(chunk: Buffer): void {
    this.watchdog.heard();
    try {
      for (const frame of this.decoder.push(chunk)) this.dispatch(frame);
      this.spawns.release();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.break(`it broke the protocol: ${error.message}`);
    }
  }

  private dispatch(frame: Frame): void {
    if (!this.greeted) {
      this.greet(frame);
      return;
    }
    const waiter = this.take(frame.id);
    if (waiter === undefined) throw new RangeError(`an answer to request ${frame.id}, which is not known`);
    this.spawns.taken(waiter.sentAfter ?? 0);
    try {
      waiter.answer(frame);
    } catch (error) {
      waiter.fail(this.error('it broke the protocol', error));
      throw error;
    }
    this.endInputIfIdle();
  }

  private greet({ type, body }: Frame): void {
    if (type !== answerType.hello || body.readUInt32LE(0) !== protocolMagic) throw new RangeError('no hello');
    const version = body.readUInt32LE(4);
    if (version !== protocolVersion) throw new RangeError(`version ${version}, not ${protocolVersion}`);
    clearTimeout(this.helloTimer);
    this.greeted = true;
    for (const frame of this.unsent) this.write(frame);
    this.unsent = [];
    this.spawns.open();
  }

  private break(reason: string): void {
    this.end(reason);
    this.child.kill('SIGKILL');
  }

  private end(reason: string, cause?: unknown): void {
    clearTimeout(this.helloTimer);
    this.watchdog.stop();
    if (this.failure !== undefined) return;
    this.failure = this.error(reason, cause);
    this.spawns.clear();
    this.keepAlive(false);
    const waiters = [...this.waiters.values()];
    this.waiters.clear();
    for (const waiter of waiters) waiter.fail(this.failure);
  }

  private error(reason: string, cause?: unknown): LibcniError {
    const said = this.stderr.trim();
    const summary = `native helper ${this.binary}: ${reason}${said === '' ? '' : `; it said: ${said}`}`;
    return new LibcniError('ERR_HELPER', summary, { value: this.binary, cause });
  }

  private keepAlive(wanted: boolean): void {
    const alive = wanted || this.closing;
    const { stdin, stdout, stderr } = this.child;
    if (alive) this.child.ref();
    else this.child.unref();
    for (const stream of [stdin, stdout, stderr]) setRef(stream, alive);
    if (alive) this.helloTimer.ref();
    else this.helloTimer.unref();
  }
}

function setRef(stream: Readable | Writable | null, alive: boolean): void {
  if (!(stream instanceof Socket)) return;
  if (alive) stream.ref();
  else stream.unref();
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `it exited with code ${code}` : `${signal} ended it`;
}
