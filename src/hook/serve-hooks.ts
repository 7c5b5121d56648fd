import { EventEmitter } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { namingRights } from '../errors/missing-right.js';
import { oneLine } from '../errors/one-line.js';
import { asError } from '../errors/system-error.js';
import { makeFolders } from '../files/make-folders.js';
import { type AskedHook, HookGate } from './hook-gate.js';
import { type HookContext, type HookOptions, hookContext, parseHookOptions } from './hook-options.js';
import { type OciState, parseOciState } from './oci-state.js';
import type { HookOutcome } from './outcome.js';
import { runHookIn } from './run-hook.js';
import { socketPath } from './socket-path.js';

const DEFAULT_SOCKET = '/run/libcni/hook.sock';
const RESTART_MS = 200;

/** How to serve hooks. */
export interface ServeHooksOptions extends HookOptions {
  /** The Unix socket. Its folder is created if missing. @default /run/libcni/hook.sock */
  readonly socket?: string | undefined;
}

/** A hook that was served. */
export interface ServedHook {
  readonly event: 'createRuntime' | 'poststop';
  /** The container's id and the path of its bundle; absent if the state that the runtime passed cannot be used. */
  readonly id?: string;
  readonly bundle?: string;
  /** The process id of the hook, and its user. */
  readonly pid: number;
  readonly uid: number;
  readonly outcome?: HookOutcome;
  /** The failure, which the runtime has got too. */
  readonly error?: Error;
  /** Milliseconds that it took. */
  readonly durationMs: number;
}

/** The events of a {@link HookServer}. */
export interface HookServerEvents {
  hook: [ServedHook];
  /** Hooks cannot be served now; the server tries again. */
  problem: [Error];
}

/**
 * Serves the hooks of containers on a Unix socket, so that containers need not wait for Node to start. The runtime starts
 * `cni-helper hook --socket PATH createRuntime`, a native program that takes a few milliseconds. Only root and this
 * process's own user are served; the socket has mode 0600. If the runtime of a hook gives up, the hook is cancelled, and
 * what it attached is detached.
 *
 * @throws LibcniError `ERR_IN_USE` if another program serves hooks there, `ERR_HELPER` if it cannot listen on the socket
 * or the native helper is missing, `ERR_CONF_INVALID`
 */
export async function serveHooks(options: ServeHooksOptions): Promise<HookServer> {
  const given = parseHookOptions(options);
  const { socket = DEFAULT_SOCKET } = given;
  const path = socketPath(socket, 'options.socket');
  await namingRights(() => makeFolders(dirname(path), 0o755));
  return await HookServer.open(path, hookContext(given), given);
}

/** Serves hooks on a socket until it is closed. */
export class HookServer extends EventEmitter<HookServerEvents> implements AsyncDisposable {
  /** The absolute path of the socket. */
  readonly socket: string;
  readonly #context: HookContext;
  readonly #options: ServeHooksOptions;
  readonly #running = new Map<number, { readonly end: AbortController; readonly done: Promise<void> }>();
  #gate: HookGate | undefined;
  #closed = false;

  private constructor(socket: string, context: HookContext, options: ServeHooksOptions) {
    super();
    this.socket = socket;
    this.#context = context;
    this.#options = options;
  }

  /** @internal */
  static async open(socket: string, context: HookContext, options: ServeHooksOptions): Promise<HookServer> {
    const server = new HookServer(socket, context, options);
    await server.#listen();
    return server;
  }

  /** Accepts no more hooks, waits for running ones, and removes the socket. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await this.#gate?.close();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #listen(): Promise<void> {
    this.#gate = await HookGate.open(this.socket, {
      asked: (hook) => this.#serve(hook),
      gone: (id) => this.#running.get(id)?.end.abort(),
      ended: () => void this.#listenAgain(),
    });
  }

  /** Pending hooks have failed with the end of the gate. */
  async #listenAgain(): Promise<void> {
    for (const { end } of this.#running.values()) end.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    while (!this.#closed) {
      try {
        return await this.#listen();
      } catch (error) {
        this.emit('problem', asError(error));
        await sleep(RESTART_MS, undefined, { ref: false });
      }
    }
  }

  #serve(hook: AskedHook): void {
    if (this.#closed) {
      this.#gate?.answer(hook.id, 'the program that serves hooks is shutting down');
      return;
    }
    const end = new AbortController();
    const done = this.#run(hook, end.signal).finally(() => this.#running.delete(hook.id));
    this.#running.set(hook.id, { end, done });
  }

  async #run({ id, event, pid, uid, env, state }: AskedHook, left: AbortSignal): Promise<void> {
    const start = performance.now();
    const { signal: given } = this.#options;
    // Containers that are gone must be cleaned up anyway, so a disconnect does not end a poststop.
    const signals = [given, event === 'createRuntime' ? left : undefined].filter((one) => one !== undefined);
    const served = { event, ...containerOf(state), pid, uid };
    try {
      const options = { ...this.#options, env, signal: AbortSignal.any(signals) };
      const outcome = await runHookIn(this.#context, { event, stateJson: state, options });
      this.#gate?.answer(id);
      this.emit('hook', { ...served, outcome, durationMs: performance.now() - start });
    } catch (thrown) {
      const error = asError(thrown);
      this.#gate?.answer(id, oneLine(error));
      this.emit('hook', { ...served, error, durationMs: performance.now() - start });
    }
  }
}

/** The hook itself reports a state that cannot be used. */
function containerOf(stateJson: string): Partial<Pick<OciState, 'id' | 'bundle'>> {
  try {
    const { id, bundle } = parseOciState(stateJson);
    return { id, bundle };
  } catch {
    return {};
  }
}
