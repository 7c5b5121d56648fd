// Port of CNIConfig in Go's libcni/api.go.
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import type { Verb } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { hurrySyncs } from '../files/sync-later.js';
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
   * Something went wrong, or looks wrong, without stopping an operation. An error thrown by a listener does not stop it
   * either; it becomes an uncaught exception.
   */
  warning: [LibcniWarning];
}

/**
 * Attaches containers to networks by running CNI plugins, and records each attachment (CNI specification,
 * section 2 "Execution protocol" and section 3 "Execution of network configurations").
 *
 * Every verb checks its arguments first (`ERR_CONF_INVALID`). In objects, `null` counts as left out for optional keys.
 * A verb rejects with a `PluginError` if a plugin reports an error, and with a `LibcniError` for everything else:
 * `ERR_PLUGIN_NOT_FOUND`, `ERR_PERMISSION`, `ERR_VERSION`, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_CACHE`, `ERR_HELPER`.
 * One object serves any number of operations at a time, but operations on one attachment must not overlap.
 *
 * Arguments are copied when the call is made, so their arrays and plain objects may be changed afterwards. Not copied are
 * the configurations of plugins, objects of a class, and those with `toJSON`: leave them as they are until the call has
 * ended.
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
      sync = false,
      foreignFolders,
    } = parseConfigOptions(options);
    // The working folder can change, but records must stay in one place. An empty path means the default, as in Go.
    const cacheDir = given && resolve(given);
    this.#context = {
      path: Object.freeze([...path]),
      cacheDir,
      foreignFolders,
      exec,
      strict,
      sync,
      later: (work) => this.#later(work),
      look: (request) => lookAtNetns(helper, request),
      warn: (warning) => this.#warn(warning),
    };
  }

  /** The plugin folders. */
  get path(): readonly string[] {
    return this.#context.path;
  }

  /**
   * Attaches a container to a network: ADD for every plugin in order, each with the result of the one before it.
   * The record of the attachment is complete when the promise resolves, and synced as well with the option `sync`. A failure
   * is rolled back: only what this ADD created in the namespace is removed.
   *
   * @throws LibcniError `ERR_NETNS` if the namespace is that of this process or of process 1, and `hostNetns` does not
   * allow that.
   *
   * @returns the result of the last plugin, in the version that it printed
   */
  addNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: AddOptions): Promise<Result> {
    return this.#run({ verb: 'ADD', list, rt, options }, (given) =>
      addNetworkList(this.#context, given.list, given.rt, given.options),
    );
  }

  /**
   * Asks every plugin whether the attachment is as ADD left it. Does nothing if the list says `disableCheck`.
   *
   * @throws LibcniError `ERR_CHECK_UNSUPPORTED` for versions before 0.4.0; `ERR_NETNS`, before any plugin runs, if the
   * namespace is gone or was replaced, or if it is that of this process or of process 1 and `hostNetns` does not allow
   * that.
   */
  checkNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: CheckOptions): Promise<void> {
    return this.#run({ verb: 'CHECK', list, rt, options }, (given) =>
      checkNetworkList(this.#context, given.list, given.rt, given.options),
    );
  }

  /**
   * Detaches a container: DEL for every plugin in reverse. As in Go, plugins get the list and the arguments that you pass;
   * only the result comes from the record. If the record has arguments for a capability and you pass none, a warning says
   * so: pass those of ADD, which {@link getNetworkListCachedConfig} returns. `CNIOperator` passes them itself.
   *
   * Stops at the first plugin that fails and keeps the record of the attachment, so that DEL can be repeated. An unreadable
   * record is set aside. If the namespace is gone or was replaced, plugins run without it, and a warning says so.
   */
  delNetworkList(list: NetworkConfigList, rt: RuntimeConf, options?: DelOptions): Promise<void> {
    return this.#run({ verb: 'DEL', list, rt, options }, (given) =>
      delNetworkList(this.#context, given.list, given.rt, given.options),
    );
  }

  /**
   * Checks that every plugin is installed and supports the version of the list.
   *
   * @returns the capabilities that the plugins declare, sorted
   * @throws LibcniAggregateError with an error for each plugin at fault; LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`.
   */
  validateNetworkList(list: NetworkConfigList, options?: VerbOptions): Promise<string[]> {
    return this.#run({ verb: 'VERSION', list, options }, (given) =>
      validateNetworkList(this.#context, given.list, given.options),
    );
  }

  /**
   * Detaches every recorded attachment of a network that is not among the valid ones, then runs GC for every plugin
   * (since 1.1.0). Works on several containers at a time. Does nothing if the list says `disableGC`. Must not run at the
   * same time as ADD or DEL of the same network. Also removes temporary files that killed processes left in the cache
   * folder.
   *
   * @throws LibcniAggregateError with every failure, after trying everything; invalid names among the valid attachments
   * count as failures. LibcniError `ERR_ABORTED` or `ERR_TIMEOUT` if the caller ended it, as the last error if something
   * had failed before; `ERR_CONF_INVALID` if the valid attachments are missing.
   */
  gcNetworkList(list: NetworkConfigList, args: GcArgs, options?: GcOptions): Promise<GcReport> {
    return this.#run({ verb: 'GC', list, gc: args, options }, (given) =>
      gcNetworkList(this.#context, given.list, given.gc, given.options),
    );
  }

  /**
   * Asks the plugins in order whether they are ready for ADD (since 1.1.0).
   *
   * @throws PluginError of the first plugin that is not ready; later ones are not asked.
   */
  getStatusNetworkList(list: NetworkConfigList, options?: VerbOptions): Promise<void> {
    return this.#run({ verb: 'STATUS', list, options }, (given) =>
      getStatusNetworkList(this.#context, given.list, given.options),
    );
  }

  /** {@link addNetworkList} for a single plugin without a list. */
  addNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: AddOptions): Promise<Result> {
    return this.#run({ verb: 'ADD', plugin, rt, options }, (given) =>
      addNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link checkNetworkList} for a single plugin without a list. */
  checkNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: CheckOptions): Promise<void> {
    return this.#run({ verb: 'CHECK', plugin, rt, options }, (given) =>
      checkNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link delNetworkList} for a single plugin without a list: uses the configuration and the arguments that you pass. */
  delNetwork(plugin: PluginConfig, rt: RuntimeConf, options?: DelOptions): Promise<void> {
    return this.#run({ verb: 'DEL', plugin, rt, options }, (given) =>
      delNetworkList(this.#context, listOf(plugin), given.rt, given.options),
    );
  }

  /** {@link validateNetworkList} for a single plugin without a list. */
  validateNetwork(plugin: PluginConfig, options?: VerbOptions): Promise<string[]> {
    return this.#run({ verb: 'VERSION', plugin, options }, (given) =>
      validateNetwork(this.#context, plugin, given.options),
    );
  }

  /**
   * The recorded result of an attachment, in the version of the list; `undefined` if none is recorded.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the record cannot be read or converted.
   */
  getNetworkListCachedResult(list: NetworkConfigList, rt: RuntimeConf): Promise<Result | undefined> {
    return this.#run({ list, rt }, (given) => {
      const { name: network, cniVersion } = given.list;
      return readCachedResult(this.#context, { network, cniVersion, rt: given.rt });
    });
  }

  /**
   * The configuration and arguments that an attachment was made with; `undefined` if none are recorded.
   *
   * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`
   */
  getNetworkListCachedConfig(list: NetworkConfigList, rt: RuntimeConf): Promise<CachedConfig | undefined> {
    return this.#run({ list, rt }, (given) =>
      readCachedConfig(this.#context, { network: given.list.name, rt: given.rt }),
    );
  }

  /** {@link getNetworkListCachedResult} for a single plugin without a list. */
  getNetworkCachedResult(plugin: PluginConfig, rt: RuntimeConf): Promise<Result | undefined> {
    return this.#run({ plugin, rt }, () => this.getNetworkListCachedResult(listOf(plugin), rt));
  }

  /** {@link getNetworkListCachedConfig} for a single plugin without a list. */
  getNetworkCachedConfig(plugin: PluginConfig, rt: RuntimeConf): Promise<CachedConfig | undefined> {
    return this.#run({ plugin, rt }, () => this.getNetworkListCachedConfig(listOf(plugin), rt));
  }

  /** The recorded attachments of a container, or all of them. */
  getCachedAttachments(containerId?: string): Promise<NetworkAttachment[]> {
    return this.#run({ containerId }, (given) => listCachedAttachments(this.#context, given.containerId));
  }

  /** The versions of the specification that a plugin supports. */
  getVersionInfo(pluginType: string, options?: VerbOptions): Promise<PluginInfo> {
    return this.#run({ verb: 'VERSION', pluginType, options }, (given) =>
      getVersionInfo(this.#context, pluginType, given.options),
    );
  }

  /**
   * Shows what each plugin of a list would get, in the order in which they would run. The plan is empty if the verb would
   * run no plugin, for example with `disableCheck`. Runs nothing and leaves the cache as it is. For GC, it shows the runs
   * of GC itself; use `dryRun` of {@link gcNetworkList} to see which attachments would be detached first.
   *
   * @param rt - the attachment; not needed for GC, STATUS and VERSION
   * @param gc - the valid attachments, for GC. @default none
   * @throws LibcniError if the verb would be refused; `ERR_CONF_INVALID` for an unknown verb.
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

  /** Waits for running operations and accepts no new ones. */
  async close(): Promise<void> {
    this.#disposed = true;
    hurrySyncs();
    await Promise.allSettled(this.#running);
    this.removeAllListeners();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #later(work: Promise<void>): void {
    this.#running.add(work);
    const forget = () => this.#running.delete(work);
    work.then(forget, forget);
  }

  async #run<Given extends Call, Value>(
    call: Given,
    operation: (given: Given) => Promise<Value>,
  ): Promise<Value> {
    const begin = async (given: Given) => {
      if (this.#disposed) throw new LibcniError('ERR_ABORTED', 'this CNIConfig is closed');
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

  /** A listener that throws must not stop a verb half-way: its error surfaces separately. */
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
