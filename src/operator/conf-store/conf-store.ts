import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { debuglog } from '../../libcni/debug.js';
import { type ConfFault, errorOf, faultOf, isPassing, problemOf } from './conf-fault.js';
import { areSameProblems, type ConfProblem, type ConfSnapshot, isSameContent } from './conf-snapshot.js';
import { type ConfStoreOptions, type NormalizedOptions, normalizeOptions } from './conf-store-options.js';
import { ConfWatch } from './conf-watch.js';
import { deepFreeze } from './deep-freeze.js';
import { isHalfWritten } from './half-written.js';
import { type ConfigurationLoad, loadConfiguration } from './load-configuration.js';
import { OneAtATime } from './one-at-a-time.js';
import { PluginProbe } from './plugin-probe.js';

const debug = debuglog('operator');

/** Between two readings of a text that breaks off and is being written. */
const HALF_WRITTEN_WAIT_MS = 100;

/** Who writes for longer than that has no part of it overlooked any more. */
const LONGEST_WRITE_MS = 10_000;

const NOTHING: ConfSnapshot = deepFreeze({
  networks: [],
  defaultNetwork: undefined,
  problems: [],
  generation: 0,
});

/** The events of a {@link ConfStore}. */
export interface ConfStoreEvents {
  /** There is a snapshot that differs from the one before it. */
  change: [ConfSnapshot];
  /** {@link ConfStore.problems} has changed, to none at all perhaps. */
  problems: [readonly ConfProblem[]];
  /** The files in the folders of plugins have changed, or where they are looked for; told only while watching. */
  plugins: [];
}

/**
 * The network configurations of a folder, as immutable snapshots.
 *
 * A folder that is empty or gone gives an empty snapshot, where iSulad would go on with what it had. A folder that
 * cannot be read leaves the snapshot as it is, and so does any problem under the policy `strict`; `problems` says why.
 * An error that a listener throws is an uncaught exception and does not disturb the store.
 */
export class ConfStore extends EventEmitter<ConfStoreEvents> implements AsyncDisposable {
  readonly #options: NormalizedOptions;
  readonly #probe: PluginProbe | undefined;
  readonly #watch: ConfWatch | undefined;
  readonly #loads = new OneAtATime(() => this.#load());
  readonly #ending = new AbortController();
  #snapshot = NOTHING;
  #refused: readonly ConfProblem[] | undefined;
  #problems: readonly ConfProblem[] = [];
  #plugins: string | undefined;

  private constructor(options: NormalizedOptions) {
    super();
    const { signal } = this.#ending;
    this.#options = options;
    if (options.validatePlugins) this.#probe = new PluginProbe({ ...options, signal });
    if (!options.watch) return;
    this.#watch = new ConfWatch({ ...options, onChange: () => this.#reloadUnasked() }, options.binDirs);
  }

  /**
   * Reads the configuration, and watches it if asked to.
   *
   * @throws LibcniAggregateError with every problem, under the policy `strict`; LibcniError `ERR_CONF_INVALID` for
   * options that make no sense.
   */
  static async create(options: ConfStoreOptions): Promise<ConfStore> {
    const store = new ConfStore(normalizeOptions(options));
    try {
      await store.reload();
      return store;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The newest configuration that was good. */
  snapshot(): ConfSnapshot {
    return this.#snapshot;
  }

  /** The name of the default network, where one was named. */
  get namedDefault(): string | undefined {
    return this.#options.defaultNetwork;
  }

  /**
   * What is wrong now: the problems of the last reading, whether its networks are in use or were refused, and those of
   * the watch.
   */
  get problems(): readonly ConfProblem[] {
    return this.#problems;
  }

  /**
   * Reads the configuration anew. A reading that is refused resolves too, with the last good snapshot.
   *
   * @throws LibcniError `ERR_ABORTED` where the store was disposed of.
   */
  async reload(): Promise<ConfSnapshot> {
    if (this.#ending.signal.aborted) throw disposed();
    await this.#loads.request();
    return this.#snapshot;
  }

  /** Stops watching and reading. The last snapshot stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#watch?.close();
    await this.#loads.idle();
    this.removeAllListeners();
  }

  #reloadUnasked(): void {
    this.#loads.request().catch((error: unknown) => {
      if (this.#ending.signal.aborted) return;
      this.#refuse([faultOf(error, this.#options.confDir)]);
    });
  }

  async #load(): Promise<void> {
    const end = performance.now() + LONGEST_WRITE_MS;
    let load = await this.#read();
    while (performance.now() < end && (await isHalfWritten(load.faults))) {
      await setTimeout(HALF_WRITTEN_WAIT_MS);
      load = await this.#read();
    }
    this.#take(load);
    this.#tellPlugins();
  }

  async #read(): Promise<ConfigurationLoad> {
    await this.#watch?.beforeRead();
    const inUse = new Set(this.#snapshot.networks.map(({ name }) => name));
    const load = await loadConfiguration({ ...this.#options, probe: this.#probe, inUse });
    await this.#watch?.afterRead(load.pluginFolders, load.faults.some(isPassing));
    if (this.#ending.signal.aborted) throw disposed();
    return load;
  }

  #take(load: ConfigurationLoad): void {
    const isFirst = this.#snapshot === NOTHING;
    const isRefused = this.#options.policy === 'strict' ? load.faults.length > 0 : !load.isWhole;
    if (isFirst && isRefused && this.#options.policy === 'strict') throw refusal(load.faults, this.#options);
    if (isRefused && !isFirst) this.#refuse(load.faults);
    else this.#accept(load);
  }

  #refuse(faults: readonly ConfFault[]): void {
    debug('%s is not taken over: %o', this.#options.confDir, faults.map(problemOf));
    this.#refused = deepFreeze(faults.map(problemOf));
    this.#tellProblems();
  }

  #accept({ networks, faults }: ConfigurationLoad): void {
    const { defaultNetwork: wanted } = this.#options;
    const defaultNetwork = wanted === undefined ? networks[0] : networks.find(({ name }) => name === wanted);
    const generation = this.#snapshot.generation + 1;
    const snapshot = deepFreeze({ networks, defaultNetwork, problems: faults.map(problemOf), generation });
    this.#refused = undefined;
    if (generation === 1 || !isSameContent(snapshot, this.#snapshot)) {
      debug('%s: generation %d, %d networks', this.#options.confDir, generation, networks.length);
      this.#snapshot = snapshot;
      this.#tell(() => this.emit('change', snapshot));
    }
    this.#tellProblems();
  }

  #tellProblems(): void {
    const ofWatch = this.#watch?.faults.map(problemOf) ?? [];
    const problems = deepFreeze([...(this.#refused ?? this.#snapshot.problems), ...ofWatch]);
    if (areSameProblems(problems, this.#problems)) return;
    this.#problems = problems;
    this.#tell(() => this.emit('problems', problems));
  }

  #tellPlugins(): void {
    const before = this.#plugins;
    this.#plugins = this.#watch?.plugins;
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

function refusal(faults: readonly ConfFault[], { confDir }: NormalizedOptions): LibcniAggregateError {
  return new LibcniAggregateError(faults.map(errorOf), `the configuration in ${confDir} is not used`);
}

function disposed(): LibcniError {
  return new LibcniError('ERR_ABORTED', 'this configuration store has been disposed of');
}
