import { resolve } from 'node:path';
import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { currentFolder } from './current-folder.js';
import { decodeEnded, decodeFailed, decodeNetns, type NetnsInfo } from './decode.js';
import { type CallRequest, encodeCall } from './encode.js';
import type { Frame } from './frame-decoder.js';
import { findHelperBinary } from './helper-binary.js';
import { HelperProcess } from './helper-process.js';
import { onAbort } from './on-abort.js';
import {
  answerType,
  callGraceMs,
  callLimitMs,
  createFlag,
  defaultGraceMs,
  loopbackFlag,
  removeFlag,
  requestType,
} from './protocol.js';
import { SpawnError } from './spawn-error.js';
import { type LockHolder, tryLock } from './try-lock.js';
import type { SpawnOutcome, SpawnRequest } from './types.js';
import { dueAfter } from './watchdog.js';

/** Where the helper is. */
export interface HelperClientOptions {
  /** The path of the native helper. @default that of `findHelperBinary` */
  readonly binary?: string | undefined;
}

/** How long a call about a namespace is wanted. */
export interface NetnsCallOptions {
  /** Ends the call: one that has yet to begin does nothing, and one under way has a second to come to its own end. */
  readonly signal?: AbortSignal | undefined;
}

/** What is looked for in a namespace. */
export interface NetnsLookOptions extends NetnsCallOptions {
  /** The name of an interface. @default none */
  readonly interfaceName?: string | undefined;
}

/** How `lo` is brought up. */
export interface LoopbackUpFlags extends NetnsCallOptions {
  /** The namespace may be that of this process, or of process 1. @default false */
  readonly hostNetns?: boolean | undefined;
}

/** How a namespace is made. */
export interface CreateNetnsFlags {
  /**
   * Makes the folder a shared mount first, as `ip netns add` does, so that the namespace can be seen from and removed in
   * other mount namespaces; the folder is a mount point from then on. @default true
   */
  readonly shareFolder?: boolean | undefined;
  /** Takes what is there: the namespace itself, or its empty file after a reboot. @default false */
  readonly restore?: boolean | undefined;
  /** The path of a namespace that gets the file. @default none: a new one is made */
  readonly source?: string | undefined;
  /** Takes a folder that somebody who is neither root nor this user could change. @default false */
  readonly foreignFolder?: boolean | undefined;
  /** Ends the call, which leaves nothing unless it was too late: then it succeeds. */
  readonly signal?: AbortSignal | undefined;
}

let sharedClient: HelperClient | undefined;

/**
 * Runs programs and namespace calls through the native helper, which is started on first use and again after it
 * has died. What it was doing for this client when it died rejects with `ERR_HELPER`.
 */
export class HelperClient implements AsyncDisposable {
  private readonly binary: string | undefined;
  private current: HelperProcess | undefined;

  constructor(options: HelperClientOptions = {}) {
    this.binary = options.binary;
  }

  /** The client of this process. */
  static shared(): HelperClient {
    sharedClient ??= new HelperClient();
    return sharedClient;
  }

  /** The process id of the helper; `undefined` while it is not running. */
  get pid(): number | undefined {
    return this.current?.usable ? this.current.pid : undefined;
  }

  /**
   * Runs a program to its end. A program that was cancelled while it ran resolves with `ended: 'cancelled'`. Where the
   * folder of this process is gone, or may not be entered, and none is given, the program starts in `/`.
   *
   * @throws SpawnError where the program could not be started.
   * @throws LibcniError `ERR_HELPER` where the helper is missing, died or does not answer in time, `ERR_ABORTED` where
   * `signal` was aborted before the start, or `ERR_TIMEOUT` where it is one of `AbortSignal.timeout()`. Where many programs
   * are asked for at a time, some wait for their turn; one whose time is up, or that is aborted, before that is never
   * started. Whatever ends before its start has the reason `not-started`.
   */
  async spawn(request: SpawnRequest): Promise<SpawnOutcome> {
    const start = performance.now();
    try {
      return await this.spawnOnce(request);
    } catch (error) {
      if (request.cwd !== undefined || !isLostFolder(error)) throw error;
      const timeoutMs = request.timeoutMs && Math.max(1, request.timeoutMs - (performance.now() - start));
      return await this.spawnOnce({ ...request, timeoutMs, cwd: '/' });
    }
  }

  private async spawnOnce(request: SpawnRequest): Promise<SpawnOutcome> {
    const { signal, timeoutMs = Number.POSITIVE_INFINITY, graceMs = defaultGraceMs } = request;
    if (signal?.aborted) throw abortedBeforeStart(request);
    const located = locate(request);
    const helper = this.running();
    return await new Promise<SpawnOutcome>((settle, reject) => {
      let forget: (() => void) | undefined;
      const fail = settled(reject);
      const id = helper.spawn(located, {
        dueAt: dueAfter(timeoutMs + graceMs),
        answer: (frame) => answerSpawn(frame, settled(settle), fail),
        fail,
        expire: () => fail(timedOutInQueue(request)),
      });
      if (signal !== undefined) forget = onAbort(signal, abort);
      function abort(): void {
        if (helper.withdraw(id)) fail(abortedBeforeStart(request));
        else helper.cancel(id, graceMs);
      }
      function settled<T>(then: (value: T) => void): (value: T) => void {
        return (value) => {
          forget?.();
          then(value);
        };
      }
    });
  }

  /**
   * Makes a network namespace that persists at `path`, and the folders above it.
   *
   * @throws SpawnError with the failed step: `EEXIST` of `create` where the file is there and is not to be restored,
   * `EINVAL` of `verify` where it is to be and holds something else, `ECANCELED` of `call` where `signal` was aborted.
   */
  async createNetns(path: string, options: CreateNetnsFlags = {}): Promise<NetnsInfo> {
    const { source = '', signal } = options;
    const request = {
      type: requestType.netnsCreate,
      path,
      flags: flagsOf(options),
      detail: source && resolve(source),
    };
    return await this.call(request, signal);
  }

  /**
   * Removes the namespace and its file; fine where there is none.
   *
   * @param options - `onlyEmpty` removes the file only if there is no namespace on it and none is about to be.
   * @throws SpawnError with the failed step: `EINVAL` of `verify` where the file is something else, `EBUSY` of `verify` or
   * `lock` where it was to be removed only if it is empty, `ECANCELED` of `call` where `signal` was aborted.
   */
  async removeNetns(
    path: string,
    options: NetnsCallOptions & { readonly onlyEmpty?: boolean } = {},
  ): Promise<void> {
    const { onlyEmpty, signal } = options;
    await this.call(
      { type: requestType.netnsRemove, path, flags: onlyEmpty ? removeFlag.onlyEmpty : 0 },
      signal,
    );
  }

  /**
   * What is at `path`, which must exist, and where it is a network namespace, whether an interface of that name is in it.
   */
  async inspectNetns(
    path: string,
    { signal, interfaceName = '' }: NetnsLookOptions = {},
  ): Promise<NetnsInfo> {
    return await this.call({ type: requestType.netnsInspect, path, detail: interfaceName }, signal);
  }

  /**
   * Brings the interface `lo` of the namespace up.
   *
   * @throws SpawnError with the failed step: `EINVAL` of `home` where it is the namespace of this process or of process 1,
   * unless `hostNetns` says that it is meant.
   */
  async loopbackUp(path: string, { signal, hostNetns }: LoopbackUpFlags = {}): Promise<void> {
    await this.call(
      { type: requestType.loopbackUp, path, flags: hostNetns ? loopbackFlag.atHome : 0 },
      signal,
    );
  }

  /**
   * Takes a lock between processes, if it is free now: a kernel lock on the file at `path`, which is made for it and goes
   * when the lock is given back. The folder must be there.
   *
   * The native helper holds it. It does not keep Node alive, and it outlives this process and the helper by as long as
   * programs run that were started through this client: of a process or helper that died, it is free exactly when nothing
   * of it runs any more. It ends too where this client is disposed.
   *
   * @returns how to give it back, which may be called again and is fine where the lock has ended already; `undefined`
   * where it is held, be it by this very process.
   * @throws SpawnError with the failed step where the file cannot be locked: `EINVAL` of `verify` where it is not an
   * empty plain file, `EAGAIN` of `limit` where 4096 locks are held.
   * @throws LibcniError `ERR_HELPER` where the helper is missing or died.
   */
  async tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
    const lock = await tryLock(this.running(), resolve(path));
    return typeof lock === 'string' ? undefined : lock;
  }

  /**
   * Who holds the lock of the file at `path`: `living` where its helper has a client, `left` where that client is gone, or
   * the helper was killed, so that it will be free as soon as what ran under it has ended.
   *
   * @throws as `tryLock`
   */
  async lockHolder(path: string): Promise<LockHolder | undefined> {
    const lock = await tryLock(this.running(), resolve(path));
    if (typeof lock === 'string') return lock;
    await lock();
    return undefined;
  }

  /**
   * Lets running programs end, as long as they take, then the helper, and its locks with it. What runs can still be
   * cancelled. A later call starts another helper. In a `Worker`, call this before the end: the helper of a worker that
   * is terminated ends too, but stays in the process table until the whole process ends.
   */
  async close(): Promise<void> {
    const helper = this.current;
    this.current = undefined;
    await helper?.close();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async call(request: CallRequest, signal?: AbortSignal): Promise<NetnsInfo> {
    const absolute = resolve(request.path);
    if (signal?.aborted) throw new SpawnError('ECANCELED', 'call', absolute);
    let forget: (() => void) | undefined;
    const answered = new Promise<NetnsInfo>((settle, reject) => {
      const helper = this.running();
      const id = helper.request((number) => encodeCall(number, { ...request, path: absolute }), {
        dueAt: dueAfter(callLimitMs),
        answer: (frame) => answerCall(frame, settle, reject),
        fail: reject,
      });
      if (signal !== undefined) forget = onAbort(signal, () => helper.cancel(id, callGraceMs));
    });
    return await answered.finally(() => forget?.());
  }

  /**
   * The path of the native helper.
   *
   * @throws LibcniError `ERR_HELPER` where there is none.
   */
  get path(): string {
    const binary = this.binary ?? findHelperBinary();
    if (binary === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
    return resolve(binary);
  }

  private running(): HelperProcess {
    if (this.current?.usable) return this.current;
    this.current = startHelper(this.path);
    return this.current;
  }
}

/** Node reports most failures to start a process later, and some, such as a lack of memory, at once. */
function startHelper(binary: string): HelperProcess {
  try {
    return new HelperProcess(binary);
  } catch (cause) {
    throw new LibcniError('ERR_HELPER', `native helper ${binary} cannot be started`, {
      cause,
      value: binary,
    });
  }
}

/** The helper lives in another folder: what is relative must be made absolute here. */
function locate(request: SpawnRequest): SpawnRequest {
  const cwd = request.cwd === undefined ? currentFolder() : resolve(request.cwd);
  const netns = request.netns === undefined ? undefined : resolve(request.netns);
  return { ...request, cwd, netns };
}

/** That of this process: Node remembers its name, which may lead nowhere any more. */
function isLostFolder(error: unknown): boolean {
  return error instanceof SpawnError && error.syscall === 'chdir';
}

function answerSpawn(
  frame: Frame,
  settle: (outcome: SpawnOutcome) => void,
  reject: (error: Error) => void,
): void {
  if (frame.type === answerType.ended) settle(decodeEnded(frame.body));
  else if (frame.type === answerType.failed) reject(decodeFailed(frame.body));
  else throw new RangeError(`an answer of type ${frame.type}`);
}

function answerCall(frame: Frame, settle: (info: NetnsInfo) => void, reject: (error: Error) => void): void {
  if (frame.type === answerType.netns) settle(decodeNetns(frame.body));
  else if (frame.type === answerType.failed) reject(decodeFailed(frame.body));
  else throw new RangeError(`an answer of type ${frame.type}`);
}

function abortedBeforeStart({ path, signal }: SpawnRequest): LibcniError {
  return abortedError(signal, `${path} was aborted before its start`, { reason: 'not-started' });
}

function timedOutInQueue({ path }: SpawnRequest): LibcniError {
  const summary = `the time was up before ${path} could be started`;
  return new LibcniError('ERR_TIMEOUT', summary, { reason: 'not-started' });
}

function flagsOf({ shareFolder = true, restore = false, foreignFolder = false }: CreateNetnsFlags): number {
  const { shareFolder: share, restore: take, foreignFolder: trust } = createFlag;
  return (shareFolder ? share : 0) | (restore ? take : 0) | (foreignFolder ? trust : 0);
}
