// Port of CNIConfig in Go's libcni/api.go.
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import type { Verb } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { lookAtNetns } from '../platform/netns/index.js';
import { type AddOptions, addNetworkList } from './add.js';
import { listCachedAttachments, type NetworkAttachment } from './cache/attachments.js';
import { type CachedConfig, readCachedConfig, readCachedResult } from './cache/read-cache.js';
import { type Call, runCall } from './call.js';
import { type CheckOptions, checkNetworkList } from './check.js';
import { type CNIConfigOptions, parseConfigOptions } from './cni-config-options.js';
import { listOf } from './conf/list-of.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { debuglog } from './debug.js';
import { type DelOptions, delNetworkList } from './del.js';
import { createDefaultExec, helperOf } from './exec/default-exec.js';
import { type GcArgs, type GcOptions, type GcReport, gcNetworkList } from './gc.js';
import type { VerbOptions } from './operation.js';
import { type PlannedRun, planNetworkList } from './plan.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';
import { getStatusNetworkList } from './status.js';
import { validateNetwork, validateNetworkList } from './validate.js';
import { getVersionInfo, type PluginInfo } from './version-info.js';
import type { LibcniWarning } from './warning.js';

const debug = debuglog('warning');

/** The events of a {@link CNIConfig}. */
export interface CNIConfigEvents {
  /**
   * Something went wrong, or looks wrong, without stopping an operation. What a listener throws does not stop it
   * either, and becomes an uncaught exception.
   */
  warning: [LibcniWarning];
}

/**
 * Attaches containers to networks by running CNI plugins, and remembers what it attached (CNI specification,
 * section 2 "Execution protocol" and section 3 "Execution of network configurations").
 *
 * Every verb checks its arguments first (`ERR_CONF_INVALID`; in objects, `null` counts as left out where a value need not
 * be given), and rejects with a `PluginError` for what a plugin
 * reported, with a `LibcniError` for everything else: `ERR_PLUGIN_NOT_FOUND`, `ERR_PERMISSION`, `ERR_VERSION`,
 * `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_CACHE`, `ERR_HELPER`. One object serves any number of operations at a time;
 * those on one attachment must follow one another.
 */
export class CNIConfig extends EventEmitter<CNIConfigEvents> implements AsyncDisposable {
  readonly #context: CniContext;
  readonly #running = new Set<Promise<unknown>>();
  #disposed = false;

  /** @throws LibcniError `ERR_CONF_INVALID` for invalid options. */
  constructor(options: CNIConfigOptions) {
    super();
    const {
      path,
      cacheDir: given,
      exec = createDefaultExec(),
      helper = helperOf(exec),
      strict = false,
      foreignFolders,
    } = parseConfigOptions(options);
    // The working folder can change, and records must stay where they are. An empty path means the default, as in Go.
    const cacheDir = given && resolve(given);
    this.#context = {
      path: [...path],
      cacheDir,
      foreignFolders,
      exec,
      strict,
      look: (request) => lookAtNetns(helper, request),
      warn: (warning) => this.#warn(warning),
    };
  }

  /** The plugin folders. */
  get path(): readonly string[] {
    return this.#context.path;
  }

  /**
   * Attaches a container to a network: ADD for every plugin in order, each on the result of the one before it.
   * The attachment is on disk, synced, when the promise resolves. A failure is rolled back: what is in the namespace is
   * taken away only where this ADD has made it.
   *
   * @throws LibcniError `ERR_NETNS` where the namespace is that of this process or of process 1, and `hostNetns` does not
   * say that it is meant.
   *
   * @returns the result of the last plugin, in the version that it printed
   */
  addNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: AddOptions): Promise<Result> {
    return this.#run({ verb: 'ADD', list, rt, options }, (given) =>
      addNetworkList(this.#context, list, given.rt, given.options),
    );
  }

  /**
   * Asks every plugin whether the attachment is as ADD left it. Does nothing where the list says `disableCheck`.
   *
   * @throws LibcniError `ERR_CHECK_UNSUPPORTED` for versions before 0.4.0; `ERR_NETNS`, before any plugin runs, where the
   * namespace is gone or another one is in its place, or it is that of this process or of process 1, and `hostNetns` does
   * not say that it is meant.
   */
  checkNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: CheckOptions): Promise<void> {
    return this.#run({ verb: 'CHECK', list, rt, options }, (given) =>
      checkNetworkList(this.#context, list, given.rt, given.options),
    );
  }

  /**
   * Detaches a container: DEL for every plugin in reverse. Stops at the first plugin that fails, and keeps the
   * record of the attachment then, so that DEL can be repeated. An unreadable record is set aside. Where the namespace is
   * gone, or another one is in its place, plugins are not given it, and a warning says so.
   */
  delNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: DelOptions): Promise<void> {
    return this.#run({ verb: 'DEL', list, rt, options }, (given) =>
      delNetworkList(this.#context, list, given.rt, given.options),
    );
  }

  /**
   * Checks that every plugin is there and speaks the version of the list.
   *
   * @returns the capabilities that the plugins declare, sorted
   * @throws LibcniAggregateError with an error for each plugin at fault; LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`.
   */
  validateNetworkList(list: NetworkConfigList, options?: VerbOptions): Promise<string[]> {
    return this.#run({ verb: 'VERSION', list, options }, (given) =>
      validateNetworkList(this.#context, list, given.options),
    );
  }

  /**
   * Takes down the recorded attachments of a network that are not among the valid ones, then runs GC for every
   * plugin (since 1.1.0). Several containers are taken down at a time. Does nothing where the list says `disableGC`.
   * Must not run beside ADD and DEL of the same network. Removes what processes that were killed left in the cache folder
   * of files that they wrote.
   *
   * @throws LibcniAggregateError with every failure, after all of the work was tried, names of valid attachments that are
   * none included; LibcniError `ERR_ABORTED` or
   * `ERR_TIMEOUT` where the caller ended it, as the last of them where something had failed before; `ERR_CONF_INVALID`
   * where the valid attachments are not given.
   */
  gcNetworkList(list: NetworkConfigList, args: GcArgs, options?: GcOptions): Promise<GcReport> {
    return this.#run({ verb: 'GC', list, gc: args, options }, (given) =>
      gcNetworkList(this.#context, list, given.gc, given.options),
    );
  }

  /** Asks every plugin whether it is ready for ADD (since 1.1.0), to the first that is not. */
  getStatusNetworkList(list: NetworkConfigList, options?: VerbOptions): Promise<void> {
    return this.#run({ verb: 'STATUS', list, options }, (given) =>
      getStatusNetworkList(this.#context, list, given.options),
    );
  }

  /** {@link addNetworkList} for a plugin that is configured by itself. */
  addNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: AddOptions): Promise<Result> {
    return this.#run({ verb: 'ADD', plugin, rt, options }, (given) =>
      addNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link checkNetworkList} for a plugin that is configured by itself. */
  checkNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: CheckOptions): Promise<void> {
    return this.#run({ verb: 'CHECK', plugin, rt, options }, (given) =>
      checkNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link delNetworkList} for a plugin that is configured by itself. */
  delNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: DelOptions): Promise<void> {
    return this.#run({ verb: 'DEL', plugin, rt, options }, (given) =>
      delNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link validateNetworkList} for a plugin that is configured by itself. */
  validateNetwork(plugin: PluginConfig, options?: VerbOptions): Promise<string[]> {
    return this.#run({ verb: 'VERSION', plugin, options }, (given) =>
      validateNetwork(this.#context, plugin, given.options),
    );
  }

  /**
   * The recorded result of an attachment, in the version of the list; `undefined` where none is recorded.
   *
   * @throws LibcniError `ERR_CACHE` where the record cannot be read or converted.
   */
  getNetworkListCachedResult(list: NetworkConfigList, rt: RuntimeConf): Promise<Result | undefined> {
    return this.#run({ list, rt }, (given) => {
      const { name: network, cniVersion } = list;
      return readCachedResult(this.#context, { network, cniVersion, rt: given.rt });
    });
  }

  /**
   * The configuration and arguments that an attachment was made with; `undefined` where none are recorded.
   *
   * @throws LibcniError `ERR_CACHE`
   */
  getNetworkListCachedConfig(list: NetworkConfigList, rt: RuntimeConf): Promise<CachedConfig | undefined> {
    return this.#run({ list, rt }, (given) =>
      readCachedConfig(this.#context, { network: list.name, rt: given.rt }),
    );
  }

  /** {@link getNetworkListCachedResult} for a plugin that is configured by itself. */
  getNetworkCachedResult(plugin: PluginConfig, rt: RuntimeConf): Promise<Result | undefined> {
    return this.#run({ plugin, rt }, () => this.getNetworkListCachedResult(listOf(plugin), rt));
  }

  /** {@link getNetworkListCachedConfig} for a plugin that is configured by itself. */
  getNetworkCachedConfig(plugin: PluginConfig, rt: RuntimeConf): Promise<CachedConfig | undefined> {
    return this.#run({ plugin, rt }, () => this.getNetworkListCachedConfig(listOf(plugin), rt));
  }

  /** The recorded attachments of a container, or all of them. */
  getCachedAttachments(containerId?: string): Promise<NetworkAttachment[]> {
    return this.#run({ containerId }, (given) => listCachedAttachments(this.#context, given.containerId));
  }

  /** The versions of the specification that a plugin speaks. */
  getVersionInfo(pluginType: string, options?: VerbOptions): Promise<PluginInfo> {
    return this.#run({ verb: 'VERSION', pluginType, options }, (given) =>
      getVersionInfo(this.#context, pluginType, given.options),
    );
  }

  /**
   * What each plugin of a list would be given, in the order in which they would run; nothing where the verb would run
   * none, for example for `disableCheck`. Runs nothing, and leaves the cache as it is. Of GC it shows the runs of GC
   * itself; which attachments would be taken down before, `dryRun` of {@link gcNetworkList} says.
   *
   * @param rt - the attachment; not needed for GC, STATUS and VERSION
   * @param gc - the valid attachments, for GC. @default none
   * @throws LibcniError where the verb would be refused, too; `ERR_CONF_INVALID` for an unknown verb.
   */
  plan(verb: Verb, list: NetworkConfigList, rt?: RuntimeConf, gc?: GcArgs): Promise<PlannedRun[]> {
    const call: Call & { verb: Verb; list: NetworkConfigList } = {
      verb,
      list,
      ...(rt && { rt }),
      ...(gc && { gc }),
    };
    return this.#run(call, (given) => planNetworkList(this.#context, given));
  }

  /** Waits for the operations under way and takes no new ones. */
  async close(): Promise<void> {
    this.#disposed = true;
    await Promise.allSettled(this.#running);
    this.removeAllListeners();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run<Given extends Call, Value>(
    call: Given,
    operation: (given: Given) => Promise<Value>,
  ): Promise<Value> {
    const begin = async (given: Given) => {
      if (this.#disposed) throw new LibcniError('ERR_ABORTED', 'this CNIConfig has been disposed of');
      return await operation(given);
    };
    const running = runCall(call, begin);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** A listener that throws is not to stop a verb half-way: its error surfaces on its own. */
  #warn(warning: LibcniWarning): void {
    debug('%s (network %s, container %s)', warning.message, warning.network, warning.containerId);
    try {
      this.emit('warning', warning);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
