import { resolve } from 'node:path';
import { keys, optional, pathField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseOptions } from '../../arguments/parse-argument.js';
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
  /** The path of the native helper. @default that of this package */
  readonly binary?: string | undefined;
}

/** How to cancel a call for a namespace. */
export interface NetnsCallOptions {
  /** Ends the call. A call that has not begun does nothing; a running one has a second to finish. */
  readonly signal?: AbortSignal | undefined;
}

/** What to look for in a namespace. */
export interface NetnsLookOptions extends NetnsCallOptions {
  /** The name of an interface. @default none */
  readonly interfaceName?: string | undefined;
}

/** How to bring up `lo`. */
export interface LoopbackUpFlags extends NetnsCallOptions {
  /** The namespace may be that of this process, or of process 1. @default false */
  readonly hostNetns?: boolean | undefined;
}

/** How to create a namespace. */
export interface CreateNetnsFlags {
  /**
   * Makes the folder a shared mount first, as `ip netns add` does, so that other mount namespaces can see and remove the
   * namespace. The folder is a mount point from then on. @default true
   */
  readonly shareFolder?: boolean | undefined;
  /** Accepts what exists: the namespace itself, or its empty file after a reboot. @default false */
  readonly restore?: boolean | undefined;
  /** The path of an existing namespace to bind to the file. @default none: a new one is created */
  readonly source?: string | undefined;
  /** Accepts a folder that somebody other than root and this user could change. @default false */
  readonly foreignFolder?: boolean | undefined;
  /** Ends the call. Either it leaves nothing, or it was too late and the call succeeds. */
  readonly signal?: AbortSignal | undefined;
}

const optionsSchema = lazy(() => keys({ binary: optional(pathField()) }));

let sharedClient: HelperClient | undefined;

/**
 * Runs programs and namespace calls through the native helper, which is started on first use and restarted after it
 * has died. If it dies, pending calls reject with `ERR_HELPER`.
 */
export class HelperClient implements AsyncDisposable {
  private readonly binary: string | undefined;
  private current: HelperProcess | undefined;

  /** @throws LibcniError `ERR_CONF_INVALID` for invalid options. */
  constructor(options?: HelperClientOptions) {
    this.binary = parseOptions(optionsSchema(), options).binary;
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
   * Runs a program to its end. A program that was cancelled while it ran resolves with `ended: 'cancelled'`. The
   * program starts in `/` if no folder is given and that of this process is gone or may not be entered.
   *
   * @throws SpawnError if the program could not be started.
   * @throws LibcniError `ERR_HELPER` if the helper is missing, died or does not answer in time, `ERR_ABORTED` if
   * `signal` was aborted before the start, or `ERR_TIMEOUT` if it comes from `AbortSignal.timeout()`. When many programs
   * are requested at a time, some wait for their turn. A program that times out or is aborted before its turn is never
   * started; its error has the reason `not-started`.
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
   * Creates a network namespace that persists at `path`, and the folders above it.
   *
   * @throws SpawnError with the failed step: `EEXIST` of `create` if the file exists and `restore` is not set, `EINVAL` of
   * `verify` if `restore` is set and the file is something else, `ECANCELED` of `call` if `signal` was aborted.
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
   * Removes the namespace and its file, if they exist.
   *
   * @param options - `onlyEmpty` removes the file only if no namespace is mounted on it or about to be.
   * @throws SpawnError with the failed step: `EINVAL` of `verify` if the file is something else, `EBUSY` of `verify` or
   * `lock` if `onlyEmpty` is set and it is not empty, `ECANCELED` of `call` if `signal` was aborted.
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
   * Describes what is at `path`, which must exist. In a network namespace, also looks for an interface of that name.
   */
  async inspectNetns(
    path: string,
    { signal, interfaceName = '' }: NetnsLookOptions = {},
  ): Promise<NetnsInfo> {
    return await this.call({ type: requestType.netnsInspect, path, detail: interfaceName }, signal);
  }

  /**
   * Brings up the interface `lo` of the namespace.
   *
   * @throws SpawnError with the failed step: `EINVAL` of `home` if it is the namespace of this process or of process 1,
   * unless `hostNetns` allows that.
   */
  async loopbackUp(path: string, { signal, hostNetns }: LoopbackUpFlags = {}): Promise<void> {
    await this.call(
      { type: requestType.loopbackUp, path, flags: hostNetns ? loopbackFlag.atHome : 0 },
      signal,
    );
  }

  /**
   * Takes a lock between processes, if it is free now: a kernel lock on the file at `path`. The file is created for the
   * lock and removed when the lock is released. The folder must exist.
   *
   * The native helper holds the lock, which does not keep Node alive. If this process or the helper dies, the lock lasts
   * as long as programs run that were started through this client, and is free exactly when the last has ended. It also
   * ends when this client is disposed.
   *
   * @returns a function that releases the lock, which may be called more than once and after the lock has ended;
   * `undefined` if the lock is held, even by this process.
   * @throws SpawnError with the failed step if the file cannot be locked: `EINVAL` of `verify` if it is not an
   * empty regular file, `EAGAIN` of `limit` if 4096 locks are held.
   * @throws LibcniError `ERR_HELPER` if the helper is missing or died.
   */
  async tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
    const lock = await tryLock(this.running(), resolve(path));
    return typeof lock === 'string' ? undefined : lock;
  }

  /**
   * Tells who holds the lock of the file at `path`: `living` if its helper has a client; `left` if that client is gone or
   * the helper was killed, so that the lock becomes free as soon as the programs under it have ended.
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
   * Waits for running programs, which can still be cancelled, then ends the helper and its locks. A later call starts
   * another helper. In a `Worker`, call this before the end: the helper of a terminated worker ends too, but stays in the
   * process table until the whole process ends.
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
   * @throws LibcniError `ERR_HELPER` if there is none.
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

/** Node reports most failures to start a process later, and throws a few synchronously, such as a lack of memory. */
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

/** The helper runs in another folder, so relative paths must be resolved here. */
function locate(request: SpawnRequest): SpawnRequest {
  const cwd = request.cwd === undefined ? currentFolder() : resolve(request.cwd);
  const netns = request.netns === undefined ? undefined : resolve(request.netns);
  return { ...request, cwd, netns };
}

/** The folder of this process. Node remembers its name, which may no longer exist. */
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
