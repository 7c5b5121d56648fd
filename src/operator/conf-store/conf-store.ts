import { EventEmitter } from 'node:events';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { debuglog } from '../../libcni/debug.js';
import { type ConfFault, errorOf, faultOf, problemOf } from './conf-fault.js';
import { areSameProblems, type ConfProblem, type ConfSnapshot, haveSameNetworks } from './conf-snapshot.js';
import { type ConfStoreOptions, type NormalizedOptions, normalizeOptions } from './conf-store-options.js';
import { deepFreeze } from './deep-freeze.js';
import { FolderWatch } from './folder-watch.js';
import { type ConfigurationLoad, loadConfiguration } from './load-configuration.js';
import { OneAtATime } from './one-at-a-time.js';
import { PluginProbe } from './plugin-probe.js';
import { Sources } from './sources.js';

const debug = debuglog('operator');

const NOTHING: ConfSnapshot = deepFreeze({
  networks: [],
  defaultNetwork: undefined,
  problems: [],
  generation: 0,
});

/** The events of a {@link ConfStore}. */
export interface ConfStoreEvents {
  /** There is a new snapshot with different networks or another default network. */
  change: [ConfSnapshot];
  /** {@link ConfStore.problems} has changed, possibly to none. */
  problems: [readonly ConfProblem[]];
  /** The plugin folders or their files have changed; emitted only while watching. */
  plugins: [];
}

/**
 * The network configurations of all sources, as immutable snapshots.
 *
 * An empty or missing folder gives an empty snapshot, while iSulad would keep its old networks. The networks of an
 * unavailable source, such as an unreadable folder, stay as they are. Under the policy `strict`, any problem keeps the
 * whole snapshot as it is. `problems` says why.
 * An error thrown by a listener becomes an uncaught exception and does not disturb the store.
 */
export class ConfStore extends EventEmitter<ConfStoreEvents> implements AsyncDisposable {
  readonly #options: NormalizedOptions;
  readonly #probe: PluginProbe | undefined;
  readonly #sources: Sources;
  readonly #pluginWatch: FolderWatch | undefined;
  readonly #loads = new OneAtATime(() => this.#load());
  readonly #ending = new AbortController();
  #snapshot = NOTHING;
  #problems: readonly ConfProblem[] = [];
  #plugins: string | undefined;

  private constructor(options: NormalizedOptions) {
    super();
    const { signal } = this.#ending;
    this.#options = options;
    this.#sources = new Sources(options.sources);
    if (options.validatePlugins) this.#probe = new PluginProbe({ ...options, signal });
    if (!options.watch) return;
    const onChange = () => this.#reloadUnasked();
    this.#pluginWatch = new FolderWatch({ ...options.timing, onChange, subfolders: false }, options.binDirs);
  }

  /**
   * Reads the configuration, and watches it if asked to.
   *
   * @throws LibcniAggregateError with every problem, under the policy `strict`; LibcniError `ERR_CONF_INVALID` for
   * options that contradict each other or are out of range; any error of the filter.
   */
  static async create(options: ConfStoreOptions): Promise<ConfStore> {
    const filter = new WatchedFilter(options.filter);
    const store = new ConfStore(normalizeOptions({ ...options, filter: filter.run }));
    try {
      if (options.watch) store.#sources.watch(() => store.#reloadUnasked());
      await store.reload();
      filter.throwIfBroken();
      return store;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The newest good configuration. */
  snapshot(): ConfSnapshot {
    return this.#snapshot;
  }

  /** Where configurations come from, for people. */
  get sourceNames(): string {
    return this.#sources.names;
  }

  /** Configuration folders that do not exist. */
  get missingFolders(): readonly string[] {
    return this.#sources.missingFolders;
  }

  /** The name of the default network, if one was named. */
  get namedDefault(): string | undefined {
    return this.#options.defaultNetwork;
  }

  /**
   * The current problems: those of the last reading, whether its networks are in use or were refused, and those of the
   * watch.
   */
  get problems(): readonly ConfProblem[] {
    return this.#problems;
  }

  /**
   * Reads the configuration again. If the new one is refused, resolves with the last good snapshot.
   *
   * @throws LibcniError `ERR_ABORTED` if the store was disposed of.
   */
  async reload(): Promise<ConfSnapshot> {
    if (this.#ending.signal.aborted) throw disposed();
    await this.#loads.request();
    return this.#snapshot;
  }

  /** Stops watching and reading. The last snapshot stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#pluginWatch?.close();
    await this.#loads.idle();
    await this.#sources.close();
    this.removeAllListeners();
  }

  #reloadUnasked(): void {
    this.#loads.request().catch((error: unknown) => {
      if (this.#ending.signal.aborted) return;
      this.#refuse([faultOf(error, this.#sources.names)]);
    });
  }

  async #load(): Promise<void> {
    this.#take(await this.#read());
    this.#tellPlugins();
  }

  async #read(): Promise<ConfigurationLoad> {
    const { signal } = this.#ending;
    await this.#pluginWatch?.beforeRead();
    const inUse = new Set(this.#snapshot.networks.map(({ name }) => name));
    const parts = { ...this.#options, sources: this.#sources, probe: this.#probe, inUse, signal };
    const load = await loadConfiguration(parts);
    await this.#pluginWatch?.afterRead({ folders: load.pluginFolders, mustRetry: load.mustRetry });
    if (signal.aborted) throw disposed();
    return load;
  }

  #take(load: ConfigurationLoad): void {
    const isRefused = this.#options.policy === 'strict' && load.faultsNow.length > 0;
    if (!isRefused) this.#accept(load);
    else if (this.#snapshot === NOTHING) throw refusal(load.faultsNow, this.#sources);
    else this.#refuse(load.faultsNow);
  }

  #refuse(faults: readonly ConfFault[]): void {
    debug('%s is refused: %o', this.#sources.names, faults.map(problemOf));
    this.#tellProblems(faults);
  }

  #accept({ networks, faults, faultsNow }: ConfigurationLoad): void {
    const { defaultNetwork: wanted } = this.#options;
    const defaultNetwork = wanted === undefined ? networks[0] : networks.find(({ name }) => name === wanted);
    const generation = this.#snapshot.generation + 1;
    const snapshot = deepFreeze({ networks, defaultNetwork, problems: faults.map(problemOf), generation });
    const before = this.#snapshot;
    const isOther = generation === 1 || !haveSameNetworks(snapshot, before);
    if (isOther || !areSameProblems(snapshot.problems, before.problems)) {
      debug('%s: generation %d, %d networks', this.#sources.names, generation, networks.length);
      this.#snapshot = snapshot;
    }
    if (isOther) this.#tell(() => this.emit('change', snapshot));
    this.#tellProblems(faultsNow);
  }

  #tellProblems(found: readonly ConfFault[]): void {
    const ofWatch = [...this.#sources.problems, ...(this.#pluginWatch?.faults ?? [])];
    const problems = deepFreeze(withoutDoubles([...found, ...ofWatch].map(problemOf)));
    if (areSameProblems(problems, this.#problems)) return;
    this.#problems = problems;
    this.#tell(() => this.emit('problems', problems));
  }

  #tellPlugins(): void {
    const before = this.#plugins;
    this.#plugins = this.#pluginWatch?.seen;
    if (before !== undefined && before !== this.#plugins) this.#tell(() => this.emit('plugins'));
  }

  #tell(emit: () => void): void {
    try {
      emit();
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

/** A filter that throws is a bug of the program: creating the store fails, instead of leaving it without networks. */
class WatchedFilter {
  readonly run: (fileName: string) => boolean;
  #thrown: { readonly error: unknown } | undefined;

  constructor(filter: (fileName: string) => boolean = () => true) {
    this.run = (fileName) => {
      try {
        return filter(fileName);
      } catch (error) {
        this.#thrown ??= { error };
        throw error;
      }
    };
  }

  throwIfBroken(): void {
    if (this.#thrown) throw this.#thrown.error;
  }
}

/** A folder that is watched for two reasons fails twice. */
function withoutDoubles(problems: readonly ConfProblem[]): ConfProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function refusal(faults: readonly ConfFault[], { names }: Sources): LibcniAggregateError {
  return new LibcniAggregateError(faults.map(errorOf), `the configuration in ${names} is not used`);
}

function disposed(): LibcniError {
  return new LibcniError('ERR_ABORTED', 'this configuration store is closed');
}
