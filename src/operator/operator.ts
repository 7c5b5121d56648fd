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
  /** The networks, or the default network, have changed; what is wrong with files is told by `problems`. */
  change: [ConfSnapshot];
  /** What is wrong with the configuration folder and its files has changed, to nothing at all perhaps. */
  problems: [readonly ConfProblem[]];
  /**
   * The files in the folders of plugins have changed: a network may be ready that was not, or the other way round, and
   * `status()` tells. Only with `watch`.
   */
  plugins: [];
  /** Something went wrong, or looks wrong, without stopping an operation. */
  warning: [LibcniWarning];
}

/**
 * Attaches containers to the networks of a configuration folder and of other sources, several at a time, and keeps account of it: an
 * attachment is in the journal before its first plugin runs and in the cache when it stands, under a lock that
 * excludes other processes. One object serves any number of operations at a time. Locks are held by the native helper,
 * so nothing here works without it (`ERR_HELPER`), other `exec` or not. Plugins that another `exec` has started are not
 * ended with this process, nor is the lock held until they end: what it left is undone once they have ended, as far as
 * they can be recognised by their program and environment, for up to 50 seconds.
 */
export class CNIOperator extends EventEmitter<CNIOperatorEvents> implements AsyncDisposable {
  /** Where it looks for things and keeps its state. */
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
   * @throws LibcniAggregateError with every problem, under the policy `strict`; LibcniError `ERR_HELPER` where the
   * native helper is missing, `ERR_PERMISSION` for folders that others may change, `ERR_CONF_INVALID` for invalid options.
   */
  static async create(given: CNIOperatorOptions = {}): Promise<CNIOperator> {
    return new CNIOperator(await createContext(parseOperatorOptions(given)));
  }

  /**
   * The versions of the specification that a plugin speaks. It is asked again only when its file has changed.
   *
   * @throws PluginError; LibcniError `ERR_PLUGIN_NOT_FOUND`, `ERR_PERMISSION`, `ERR_TIMEOUT`, `ERR_HELPER`
   */
  async pluginVersions(pluginType: string): Promise<readonly string[]> {
    return await this.#work.run(() => this.#probe.versions(pluginType));
  }

  /** What is wrong with the configurations at the moment: those of sources that are away, too. */
  get problems(): readonly ConfProblem[] {
    return this.#context.store.problems;
  }

  /** The current configurations; immutable. */
  snapshot(): ConfSnapshot {
    return this.#context.store.snapshot();
  }

  /** Reads the configurations again, without waiting for the watch. */
  async reload(): Promise<ConfSnapshot> {
    return await this.#context.store.reload();
  }

  /**
   * Attaches a container to its networks, one after another. Brings `lo` up first. A failure takes down again what
   * this call has attached; its own errors are in `rollbackErrors`.
   *
   * @throws PluginError for what a plugin reported; LibcniError `ERR_NOT_FOUND` for a network that is not configured,
   * `ERR_NO_CONFIGS` where there is no default network, `ERR_CONFLICT` for an interface or a host port that is taken,
   * `ERR_IN_USE` for an attachment that exists, `ERR_CONF_INVALID` for an invalid request, `ERR_ANNOTATION`,
   * `ERR_LOCKED` for waiting that took too long, `ERR_CACHE` and `ERR_PERMISSION` for a lock that cannot be taken,
   * `ERR_HELPER` also where the helper ended and garbage collection took something down meanwhile, `ERR_ABORTED`,
   * `ERR_TIMEOUT`, and those of `CNIConfig`.
   */
  async attach(request: PodAttachRequest, options?: OperatorOptions): Promise<AttachResult> {
    return await this.#work.run(async () => {
      const wanted = requestWithNetns(parseAttachRequest(request));
      return await attach(this.#context, wanted, parseLimits(options));
    });
  }

  /**
   * What containers are attached to, as it is recorded: by whatever process, also before a restart of this one, and
   * also by other programs that share the cache folder. `lo` is not among them.
   *
   * @throws LibcniError `ERR_CACHE` where records cannot be read; `ERR_CONF_INVALID` for an invalid filter.
   */
  async list(filter?: AttachmentFilter): Promise<AttachmentInfo[]> {
    return await listAttachments(this.#context.records, parseFilter(filter));
  }

  /**
   * What a container is attached to.
   *
   * @throws LibcniError `ERR_NOT_FOUND` where nothing is recorded of it; `ERR_CACHE`, `ERR_CONF_INVALID` as for
   * {@link list}.
   */
  async inspect(id: string): Promise<ContainerInfo> {
    validateContainerId(id);
    return await inspectContainer(this.#context.records, id);
  }

  /**
   * Checks the attachments of a container; what is wrong is an outcome, not an error. What is listed in `networks` and
   * not attached has an outcome, too: `failed`, with `ERR_NOT_FOUND`.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` that names the attachment that it was at; `ERR_CACHE`,
   * `ERR_PERMISSION`, `ERR_HELPER` where the attachments cannot be found out; `ERR_CONF_INVALID` for invalid names and
   * limits.
   */
  async check(request: TargetRequest, options?: OperatorOptions): Promise<CheckOutcome[]> {
    return await this.#work.run(() => check(this.#context, parseTarget(request), parseLimits(options)));
  }

  /**
   * Detaches a container, by the configuration and arguments that it was attached with. A namespace that is gone, a
   * network that nobody knows, and an attachment that is not there are fine.
   *
   * An attach of the same container that is under way is not stopped, in whatever process: the network that it is at is
   * waited for and taken down, but those that it comes to later stand. Who wants all of them gone waits for the attach
   * first, or aborts it.
   *
   * @throws LibcniAggregateError with every failure, after all of the work was tried, locks that were not had in time
   * (`ERR_LOCKED`) included; LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_TIMEOUT` where a garbage collection did not
   * end in time, `ERR_CACHE`, `ERR_PERMISSION`, `ERR_HELPER` where the attachments cannot be found out or no lock be
   * taken; `ERR_CONF_INVALID` for invalid names and limits.
   */
  async detach(request: TargetRequest, options?: OperatorOptions): Promise<void> {
    await this.#work.run(() => detach(this.#context, parseTarget(request), parseLimits(options)));
  }

  /**
   * Takes down the attachments of containers that are gone, and excludes every other work on attachments meanwhile.
   * Those of every network that is configured here count, **whoever made them**: where other programs attach to such a
   * network and record it in the same cache, `valid` must name their containers too, or they are taken down. Of other
   * networks, only what was attached from this configuration folder counts, unless `unknownNetworks` is set.
   *
   * Then the plugins take away whatever they are not told of; they are told of all that `valid` and the records say,
   * and are not asked while neither says which interfaces a container has. Networks that say `disableGC` are left alone.
   *
   * It waits for the work under way, as long as `timeoutMs` says or 220 seconds, and keeps new work waiting meanwhile: an
   * attach that hangs holds up the others until then.
   *
   * @throws LibcniAggregateError with every failure; LibcniError `ERR_CONF_INVALID` where `valid` is not given,
   * `ERR_LOCKED` where work on attachments did not end in time, `ERR_CACHE`, `ERR_PERMISSION` where records cannot be
   * read or no lock be taken. `ERR_ABORTED`, `ERR_TIMEOUT`, and `ERR_HELPER` where the helper has ended, end the
   * collection: they are the last error of the aggregate, or thrown by themselves where nothing else has failed.
   */
  async gc(request: OperatorGcRequest, options?: OperatorOptions): Promise<OperatorGcReport> {
    return await this.#work.run(() =>
      collectGarbage(this.#context, parseGcRequest(request), parseLimits(options)),
    );
  }

  /**
   * Whether containers can be attached, and why not. An answer is used for a second. What a plugin says, or that it
   * does not answer in time, is in the answer. `timeoutMs` is for each network, of which sixteen are asked at a time.
   *
   * @throws LibcniError `ERR_ABORTED`
   */
  async status(options?: OperatorOptions): Promise<OperatorStatus> {
    return await this.#work.run(() => this.#status.status(parseLimits(options)));
  }

  /**
   * Takes down what attaches left that were cut short by the end of their process. To be called at start. Waits for
   * a garbage collection to end, `timeoutMs` for all of the journal together. Whatever fails is in the report: also
   * `ERR_LOCKED` after that time, and `ERR_CACHE`, `ERR_PERMISSION`, `ERR_HELPER` for a lock that cannot be taken.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` that names the attachment that it was at; `ERR_CACHE` where the
   * journal cannot be read.
   */
  async recover(options?: OperatorOptions): Promise<RecoveryReport> {
    return await this.#work.run(() => recover(this.#context, parseLimits(options)));
  }

  /** Stops watching, takes no new work (`ERR_ABORTED`), and waits for the work under way, to its end. */
  async close(): Promise<void> {
    const ended = this.#work.end();
    await this.#context.store[Symbol.asyncDispose]();
    await ended;
    this.#context.records[Symbol.dispose]();
    await this.#context.cni.close();
    this.removeAllListeners();
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
