import { EventEmitter } from 'node:events';
import { join, resolve } from 'node:path';
import { checkFolders } from '../files/check-owner.js';
import type { SetAside } from '../files/state-folder.js';
import {
  CNIConfig,
  DEFAULT_CACHE_DIR,
  HelperExec,
  type LibcniWarning,
  validateContainerId,
} from '../libcni/index.js';
import { HelperClient } from '../platform/helper/index.js';
import { LockStore } from '../platform/locks/index.js';
import { checkedOptions } from './checked-options.js';
import {
  type ConfProblem,
  type ConfSnapshot,
  type ConfSource,
  ConfStore,
  type ConfStoreOptions,
  type NetworkInput,
  objectSource,
} from './conf-store/index.js';
import { PluginProbe } from './conf-store/plugin-probe.js';
import { Journal } from './journal/journal.js';
import { GcGate } from './locks/gc-gate.js';
import type { AttachmentInfo } from './records/attachment-info.js';
import { asideNames } from './records/bad-files.js';
import { OwnAttachments, type OwnPlaces } from './records/own-attachments.js';
import { PortOwners } from './records/port-owners.js';
import { recordsIn } from './records/records.js';
import { setAsideWarning } from './records/report-set-aside.js';
import { WarningCollector } from './records/warning-collector.js';
import {
  checkedAttachRequest,
  checkedFilter,
  checkedLimits,
  checkedTarget,
} from './request/checked-request.js';
import { type PodAttachRequest, requestWithNetns } from './request/pod-request.js';
import type { OperatorOptions, TargetRequest } from './request/request.js';
import { type AttachResult, attach } from './verbs/attach.js';
import { type CheckOutcome, check } from './verbs/check.js';
import type { OperatorContext } from './verbs/context.js';
import { detach } from './verbs/detach.js';
import { collectGarbage, type OperatorGcReport, type OperatorGcRequest } from './verbs/gc.js';
import {
  type AttachmentFilter,
  type ContainerInfo,
  inspectContainer,
  listAttachments,
} from './verbs/list.js';
import { type RecoveryReport, recover } from './verbs/recover.js';
import type { OperatorStatus } from './verbs/status.js';
import { StatusProbe } from './verbs/status-probe.js';
import { vendorFolders, withVendorFolders } from './verbs/vendor-folders.js';
import { WorkUnderWay } from './work-under-way.js';

const DEFAULT_CONF_DIR = '/etc/cni/net.d';
const DEFAULT_BIN_DIRS = ['/opt/cni/bin', '/usr/lib/cni'];

/**
 * How an operator finds configurations and plugins, and where it keeps its state. All folders must be on local file
 * systems: they are read synchronously, and one that does not answer would stop the process.
 */
export interface CNIOperatorOptions
  extends Omit<ConfStoreOptions, 'cni' | 'confDir' | 'sources' | 'binDirs' | 'pluginDirs'> {
  /** Networks that the program gives itself. They come before those of `sources` and `confDir`. @default none */
  readonly networks?: readonly NetworkInput[] | undefined;
  /** Further places that networks come from, in the order of precedence; they come before `confDir`. @default none */
  readonly sources?: readonly ConfSource[] | undefined;
  /**
   * The folder of the configuration files.
   * @default `/etc/cni/net.d`; none where `networks` or `sources` are given
   */
  readonly confDir?: string | undefined;
  /** Plugin folders, searched in order. @default `/opt/cni/bin` and `/usr/lib/cni` */
  readonly binDirs?: readonly string[] | undefined;
  /**
   * Further folders for one type of plugin: those of its vendor. They are searched before `binDirs`, and those that are
   * there come before them in the `CNI_PATH` of the plugin and of every plugin that may delegate to it.
   * @default `/opt/<type>/bin`
   */
  readonly pluginDirs?: ((pluginType: string) => readonly string[]) | undefined;
  /** The cache folder, which can be shared with other runtimes. @default `/var/lib/cni` */
  readonly cacheDir?: string | undefined;
  /**
   * The folder for the journal, locks, and notes of what was attached; programs that share it exclude each other.
   * @default `<cacheDir>/libcni`
   */
  readonly stateDir?: string | undefined;
  /**
   * Whether the folders of cache and state may belong to, or be writable for, a user who is neither root nor this one: who
   * may change them decides what is run at the next detach. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** The native helper, which holds the locks and looks at namespaces. @default that of this process */
  readonly helper?: HelperClient | undefined;
  /**
   * Refuses, before anything runs, what would be a warning about the request to attach: a capability that no plugin of
   * the network declares (`ERR_CONF_INVALID`), an annotation that is ignored (`ERR_ANNOTATION`). @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * How `lo` is brought up in the namespace: without a plugin, with the `loopback` plugin, or not at all.
   * @default helper
   */
  readonly loopback?: 'helper' | 'plugin' | 'none' | undefined;
}

/** Where an operator looks for things and keeps its state; all paths are absolute. */
export interface OperatorFolders {
  /** Absent where the networks come from elsewhere. */
  readonly confDir: string | undefined;
  readonly binDirs: readonly string[];
  readonly cacheDir: string;
  readonly stateDir: string;
}

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

/** What an operator is made of beside what its operations share. */
interface OperatorParts {
  readonly folders: OperatorFolders;
  readonly probe: PluginProbe;
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

  private constructor(context: OperatorContext, { folders, probe }: OperatorParts) {
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
    const options: CNIOperatorOptions = checkedOptions(given);
    // The working folder can change, and what is in the others must stay where it is.
    const { confDir, sources, own } = placesOf(options);
    const binDirs = (options.binDirs ?? DEFAULT_BIN_DIRS).map((folder) => resolve(folder));
    const cacheDir = resolve(options.cacheDir ?? DEFAULT_CACHE_DIR);
    const stateDir = resolve(options.stateDir ?? join(cacheDir, 'libcni'));
    const { helper = HelperClient.shared(), loopback = 'helper', strict = false, foreignFolders } = options;
    checkFolders([cacheDir, stateDir], foreignFolders);
    const { pluginDirs = vendorFolders } = options;
    const exec = withVendorFolders(options.exec ?? new HelperExec(helper), pluginDirs);
    const cni = new CNIConfig({ path: binDirs, cacheDir, foreignFolders, exec, helper });
    const store = await ConfStore.create({ ...options, confDir, sources, binDirs, pluginDirs, exec });
    const warnings = new WarningCollector(cni);
    const onSetAside = (found: SetAside) => warnings.warn(setAsideWarning(found));
    const folder = { foreignFolders, onSetAside };
    const records = recordsIn(cacheDir, { foreignFolders });
    const locks = new LockStore(stateDir, helper, folder);
    const state = {
      locks,
      gate: new GcGate(locks),
      journal: new Journal(stateDir, folder),
      own: new OwnAttachments({ ...own, cacheDir, stateDir }, folder),
      portOwners: new PortOwners(records),
      asideNames: () => asideNames(cacheDir, stateDir),
      records,
      warnings,
    };
    const folders = { confDir, binDirs, cacheDir, stateDir };
    const probe = new PluginProbe({ binDirs, pluginDirs, cni, exec, signal: new AbortController().signal });
    const context = { cni, exec, store, helper, cacheDir, loopback, strict, ...state };
    return new CNIOperator(context, { folders, probe });
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
      const wanted = requestWithNetns(checkedAttachRequest(request));
      return await attach(this.#context, wanted, checkedLimits(options));
    });
  }

  /**
   * What containers are attached to, as it is recorded: by whatever process, also before a restart of this one, and
   * also by other programs that share the cache folder. `lo` is not among them.
   *
   * @throws LibcniError `ERR_CACHE` where records cannot be read; `ERR_CONF_INVALID` for a filter that is none.
   */
  async list(filter?: AttachmentFilter): Promise<AttachmentInfo[]> {
    return await listAttachments(this.#context.records, checkedFilter(filter));
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
   * `ERR_PERMISSION`, `ERR_HELPER` where the attachments cannot be found out; `ERR_CONF_INVALID` for names and limits
   * that are none.
   */
  async check(request: TargetRequest, options?: OperatorOptions): Promise<CheckOutcome[]> {
    return await this.#work.run(() => check(this.#context, checkedTarget(request), checkedLimits(options)));
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
   * taken; `ERR_CONF_INVALID` for names and limits that are none.
   */
  async detach(request: TargetRequest, options?: OperatorOptions): Promise<void> {
    await this.#work.run(() => detach(this.#context, checkedTarget(request), checkedLimits(options)));
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
    return await this.#work.run(() => collectGarbage(this.#context, request, checkedLimits(options)));
  }

  /**
   * Whether containers can be attached, and why not. An answer is used for a second. What a plugin says, or that it
   * does not answer in time, is in the answer. `timeoutMs` is for each network, of which sixteen are asked at a time.
   *
   * @throws LibcniError `ERR_ABORTED`
   */
  async status(options?: OperatorOptions): Promise<OperatorStatus> {
    return await this.#work.run(() => this.#status.status(checkedLimits(options)));
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
    return await this.#work.run(() => recover(this.#context, checkedLimits(options)));
  }

  /** Stops watching, takes no new work (`ERR_ABORTED`), and waits for the work under way, to its end. */
  async close(): Promise<void> {
    const ended = this.#work.end();
    await this.#context.store[Symbol.asyncDispose]();
    await ended;
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

/** Where networks come from, and what tells these places from those of other operators. */
interface Places {
  readonly confDir: string | undefined;
  readonly sources: readonly ConfSource[];
  readonly own: Pick<OwnPlaces, 'confDir' | 'sources' | 'networks'>;
}

function placesOf({ networks, sources = [], confDir: given }: CNIOperatorOptions): Places {
  const isFolderWanted = given !== undefined || (networks === undefined && sources.length === 0);
  const confDir = isFolderWanted ? resolve(given ?? DEFAULT_CONF_DIR) : undefined;
  const objects = networks && objectSource(networks);
  const own = {
    confDir,
    ...(sources.length > 0 && { sources: sources.map(({ name }) => name) }),
    ...(objects && { networks: objects.names }),
  };
  return { confDir, sources: [...(objects ? [objects] : []), ...sources], own };
}
