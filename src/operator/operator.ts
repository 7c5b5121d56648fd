import { EventEmitter } from 'node:events';
import { type LibcniWarning, validateContainerId } from '../libcni/index.js';
import type { ConfProblem, ConfSnapshot } from './conf-store/index.js';
import type { PluginProbe } from './conf-store/plugin-probe.js';
import type { CNIOperatorOptions, OperatorFolders } from './operator-options.js';
import { parseOperatorOptions } from './parse-options.js';
import {
  parseAttachRequest,
  parseFilter,
  parseGcRequest,
  parseLimits,
  parseTarget,
} from './parse-request.js';
import { type PodAttachRequest, requestWithNetns } from './request/pod-request.js';
import type { AttachmentFilter, OperatorOptions, TargetRequest } from './request/request.js';
import { type AttachResult, attach } from './verbs/attach.js';
import type { AttachmentInfo } from './verbs/attachment-info.js';
import { type CheckOutcome, check } from './verbs/check.js';
import type { OperatorContext } from './verbs/context.js';
import { createContext, type NewContext } from './verbs/create-context.js';
import { detach } from './verbs/detach.js';
import { collectGarbage, type OperatorGcReport, type OperatorGcRequest } from './verbs/gc.js';
import { type ContainerInfo, inspectContainer, listAttachments } from './verbs/list.js';
import { type RecoveryReport, recover } from './verbs/recover.js';
import type { OperatorStatus } from './verbs/status.js';
import { StatusProbe } from './verbs/status-probe.js';
import { WorkUnderWay } from './work-under-way.js';

/** The events of a {@link CNIOperator}. */
export interface CNIOperatorEvents {
  /** The networks or the default network have changed. Faults of files are reported by `problems`. */
  change: [ConfSnapshot];
  /** The problems of the configuration folder and its files have changed, possibly to none. */
  problems: [readonly ConfProblem[]];
  /**
   * The files in the plugin folders have changed, so a network may have become ready or the reverse; `status()` tells.
   * Only with `watch`.
   */
  plugins: [];
  /** Something went wrong, or looks wrong, without stopping an operation. */
  warning: [LibcniWarning];
}

/**
 * Attaches containers to the networks of a configuration folder and of other sources, several at a time, and keeps
 * records. An attachment is in the journal before its first plugin runs and in the cache when it is complete, under a
 * lock that excludes other processes. One object serves any number of operations at a time.
 *
 * A request is copied when the call is made, so its arrays and plain objects may be changed afterwards. Objects of a class,
 * and those with `toJSON`, are not copied: leave them as they are until the call has ended.
 *
 * The native helper holds the locks, so nothing here works without it (`ERR_HELPER`), even with another `exec`. Plugins
 * started by another `exec` do not end with this process, and the lock is not held until they end. Recovery recognises
 * them by program and environment, and waits up to 50 seconds for them to end before it undoes their work.
 */
export class CNIOperator extends EventEmitter<CNIOperatorEvents> implements AsyncDisposable {
  /** The folders that it uses. */
  readonly folders: OperatorFolders;
  readonly #context: OperatorContext;
  readonly #probe: PluginProbe;
  readonly #status: StatusProbe;
  readonly #work = new WorkUnderWay();

  private constructor({ context, folders, probe }: NewContext) {
    super();
    this.folders = folders;
    this.#context = context;
    this.#probe = probe;
    this.#status = new StatusProbe(context);
    context.store.on('change', (snapshot) => this.#onChange(snapshot));
    context.store.on('problems', (problems) => this.#onProblems(problems));
    context.store.on('plugins', () => this.#onPlugins());
    context.cni.on('warning', (warning) => this.emit('warning', warning));
  }

  /**
   * Reads the configurations, and watches them if asked to.
   *
   * @throws LibcniAggregateError with every problem, under the policy `strict`; LibcniError `ERR_HELPER` if the
   * native helper is missing, `ERR_PERMISSION` for folders that others may change, `ERR_CONF_INVALID` for invalid options.
   */
  static async create(given: CNIOperatorOptions = {}): Promise<CNIOperator> {
    return new CNIOperator(await createContext(parseOperatorOptions(given)));
  }

  /**
   * The versions of the specification that a plugin supports. The plugin is asked again only if its file has changed.
   *
   * @throws PluginError; LibcniError `ERR_PLUGIN_NOT_FOUND`, `ERR_PERMISSION`, `ERR_TIMEOUT`, `ERR_HELPER`
   */
  async pluginVersions(pluginType: string): Promise<readonly string[]> {
    return await this.#work.run(() => this.#probe.versions(pluginType));
  }

  /** The current problems of the configurations, including those of unavailable sources. */
  get problems(): readonly ConfProblem[] {
    return this.#context.store.problems;
  }

  /** The current configurations; immutable. */
  snapshot(): ConfSnapshot {
    return this.#context.store.snapshot();
  }

  /** Reads the configurations again without waiting for the watch. */
  async reload(): Promise<ConfSnapshot> {
    return await this.#context.store.reload();
  }

  /**
   * Attaches a container to its networks, one after another. Brings `lo` up first. After a failure, detaches what
   * this call has attached; errors of that are in `rollbackErrors`.
   *
   * @throws PluginError if a plugin reports an error; LibcniError `ERR_NOT_FOUND` for a network that is not configured,
   * `ERR_NO_CONFIGS` if there is no default network, `ERR_CONFLICT` for an interface or a host port that is taken,
   * `ERR_IN_USE` for an attachment that exists, `ERR_CONF_INVALID` for an invalid request, `ERR_ANNOTATION`,
   * `ERR_LOCKED` if waiting took too long, `ERR_CACHE` and `ERR_PERMISSION` for a lock that cannot be taken,
   * `ERR_HELPER` also if the helper ended and garbage collection removed the attachment after that, `ERR_ABORTED`,
   * `ERR_TIMEOUT`, and those of `CNIConfig`.
   */
  async attach(request: PodAttachRequest, options?: OperatorOptions): Promise<AttachResult> {
    return await this.#work.run(async () => {
      // Before the event loop has a turn: the caller may change the object after the call.
      const limits = parseLimits(options);
      const wanted = requestWithNetns(await parseAttachRequest(request));
      return await attach(this.#context, wanted, limits);
    });
  }

  /**
   * The recorded attachments of containers, made by this process, an earlier one, or any other program that shares the
   * cache folder. `lo` is not included.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if records cannot be read; `ERR_CONF_INVALID` for an invalid filter.
   */
  async list(filter?: AttachmentFilter): Promise<AttachmentInfo[]> {
    return await listAttachments(this.#context.records, parseFilter(filter));
  }

  /**
   * The attachments of a container.
   *
   * @throws LibcniError `ERR_NOT_FOUND` if it has no record; `ERR_CACHE`, `ERR_PERMISSION`, `ERR_CONF_INVALID` as for
   * {@link list}.
   */
  async inspect(id: string): Promise<ContainerInfo> {
    validateContainerId(id);
    return await inspectContainer(this.#context.records, id);
  }

  /**
   * Checks the attachments of a container. A fault is an outcome, not an error. A network that is listed in `networks` but
   * not attached has an outcome too: `failed`, with `ERR_NOT_FOUND`.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` that name the attachment being checked; `ERR_CACHE`,
   * `ERR_PERMISSION`, `ERR_HELPER` if the attachments cannot be determined; `ERR_CONF_INVALID` for invalid names and
   * limits.
   */
  async check(request: TargetRequest, options?: OperatorOptions): Promise<CheckOutcome[]> {
    return await this.#work.run(() => check(this.#context, parseTarget(request), parseLimits(options)));
  }

  /**
   * Detaches a container, with the configuration and arguments that it was attached with. A missing namespace, an unknown
   * network and a missing attachment are fine.
   *
   * A running attach of the same container is not stopped, in this process or another. This call waits for the network
   * that the attach is working on and detaches it, but not the networks that the attach reaches later. To detach all, first
   * wait for the attach or abort it.
   *
   * @throws LibcniAggregateError with every failure, after trying everything, including locks not obtained in time
   * (`ERR_LOCKED`); LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_TIMEOUT` if a garbage collection did not end in time,
   * `ERR_CACHE`, `ERR_PERMISSION`, `ERR_HELPER` if the attachments cannot be determined or no lock can be taken;
   * `ERR_CONF_INVALID` for invalid names and limits.
   */
  async detach(request: TargetRequest, options?: OperatorOptions): Promise<void> {
    await this.#work.run(() => detach(this.#context, parseTarget(request), parseLimits(options)));
  }

  /**
   * Removes the attachments of containers that are gone. No other work on attachments runs at the same time. On networks
   * that are configured here, **the attachments of all programs** count: if other programs attach to such a network and
   * share the cache, `valid` must name their containers too, or they are detached. On other networks, only attachments made
   * from this configuration folder count, unless `unknownNetworks` is set.
   *
   * Then the plugins remove everything that is not on the list they get, which combines `valid` and the records. They are
   * not asked if neither tells the interfaces of a container. Networks that say `disableGC` are left alone.
   *
   * The collection waits up to `timeoutMs`, by default 220 seconds, for running work to end, and new work has to wait until
   * the collection is over. So an attach that hangs delays all others for that long.
   *
   * @throws LibcniAggregateError with every failure; LibcniError `ERR_CONF_INVALID` if `valid` is missing,
   * `ERR_LOCKED` if work on attachments did not end in time, `ERR_CACHE`, `ERR_PERMISSION` if records cannot be read or
   * no lock can be taken. `ERR_ABORTED`, `ERR_TIMEOUT`, and `ERR_HELPER` after the helper has ended, end the collection:
   * they are the last error of the aggregate, or thrown alone if nothing else has failed.
   */
  async gc(request: OperatorGcRequest, options?: OperatorOptions): Promise<OperatorGcReport> {
    return await this.#work.run(() =>
      collectGarbage(this.#context, parseGcRequest(request), parseLimits(options)),
    );
  }

  /**
   * Tells whether containers can be attached, and if not, why. An answer is reused for a second. Plugin errors and
   * timeouts are part of the answer. `timeoutMs` applies to each network; sixteen are asked at a time.
   *
   * @throws LibcniError `ERR_ABORTED`
   */
  async status(options?: OperatorOptions): Promise<OperatorStatus> {
    return await this.#work.run(() => this.#status.status(parseLimits(options)));
  }

  /**
   * Removes what interrupted attaches and detaches left when their process ended. Call it at start. Waits for a garbage
   * collection to end; `timeoutMs` limits the wait for the whole journal. Failures are in the report, including
   * `ERR_LOCKED` after that time, and `ERR_CACHE`, `ERR_PERMISSION`, `ERR_HELPER` for a lock that cannot be taken.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` that name the attachment being recovered; `ERR_CACHE` or
   * `ERR_PERMISSION` if the journal cannot be read.
   */
  async recover(options?: OperatorOptions): Promise<RecoveryReport> {
    return await this.#work.run(() => recover(this.#context, parseLimits(options)));
  }

  /**
   * Stops watching, refuses new work (`ERR_ABORTED`), and waits for running work to end.
   *
   * @throws LibcniError if a source of the program's own cannot be closed, once everything else has ended
   */
  async close(): Promise<void> {
    const ended = this.#work.end();
    try {
      await this.#context.store[Symbol.asyncDispose]();
    } finally {
      await ended;
      await this.#context.lateEnds?.close();
      await this.#context.gate.endIdle();
      this.#context.records[Symbol.dispose]();
      await this.#context.cni.close();
      this.removeAllListeners();
    }
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #onPlugins(): void {
    this.#status.forget();
    this.emit('plugins');
  }

  #onProblems(problems: readonly ConfProblem[]): void {
    this.#status.forget();
    this.emit('problems', problems);
  }

  #onChange(snapshot: ConfSnapshot): void {
    this.#status.forget();
    this.emit('change', snapshot);
  }
}
