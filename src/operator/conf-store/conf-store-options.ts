import { resolve } from 'node:path';
import { foldersField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import type { CNIConfig } from '../../libcni/cni-config.js';
import type { Exec } from '../../libcni/exec/types.js';
import type { ConfSource } from './conf-source.js';
import { type FolderSourceOptions, folderSource } from './folder-source.js';
import { type WatchTiming, watchTiming } from './watch-timing.js';

/** Where to find configurations, and how to use them. */
export interface ConfStoreOptions extends FolderSourceOptions {
  /** Sources that come before the folder, in order of precedence. @default none */
  readonly sources?: readonly ConfSource[] | undefined;
  /** The folder of the configuration files. A missing folder holds none. @default none */
  readonly confDir?: string | undefined;
  /** The plugin folders, in search order. */
  readonly binDirs: readonly string[];
  /**
   * The name of the default network. Until it appears, there is no default network. @default the first network
   */
  readonly defaultNetwork?: string | undefined;
  /**
   * How to handle a problem. `skip`: leave out the file and use the others. `strict`: refuse the whole configuration.
   * @default `skip`
   */
  readonly policy?: 'skip' | 'strict' | undefined;
  /**
   * Whether a network can be used only if its plugins are installed and support its version. IPAM plugins and delegates
   * must be installed too, as for `status()`. @default false
   */
  readonly validatePlugins?: boolean | undefined;
  /**
   * Further folders for one type of plugin, searched before `binDirs`: its vendor's, for example
   * `/opt/<type>/bin`. @default none
   */
  readonly pluginDirs?: ((pluginType: string) => readonly string[]) | undefined;
  /** Asks the plugins of `binDirs` for their versions; its path must be `binDirs`. @default a `CNIConfig` of its own */
  readonly cni?: CNIConfig | undefined;
  /** How to ask plugins that `cni` does not find. @default as for {@link CNIConfig} */
  readonly exec?: Exec | undefined;
  /** Whether to watch the configuration folder and the plugin folders for changes. @default false */
  readonly watch?: boolean | undefined;
}

/** The options with defaults filled in. */
export interface NormalizedOptions {
  readonly sources: readonly ConfSource[];
  readonly binDirs: readonly string[];
  readonly cni: CNIConfig | undefined;
  readonly exec: Exec | undefined;
  readonly defaultNetwork: string | undefined;
  readonly policy: 'skip' | 'strict';
  readonly validatePlugins: boolean;
  readonly pluginDirs: (pluginType: string) => readonly string[];
  readonly watch: boolean;
  readonly timing: WatchTiming;
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function normalizeOptions(options: ConfStoreOptions): NormalizedOptions {
  const { confDir, pluginDirs = () => [], filter, debounceMs, pollMs, persistent } = options;
  const folder = { filter, debounceMs, pollMs, persistent };
  const foldersOf = (type: string) => {
    const folders = pluginDirs(type);
    parseArgument(foldersField(), folders, `the result of pluginDirs(${JSON.stringify(type)})`);
    return folders.map((folder) => resolve(folder));
  };
  return {
    sources: [...(options.sources ?? []), ...(confDir === undefined ? [] : [folderSource(confDir, folder)])],
    binDirs: options.binDirs.map((folder) => resolve(folder)),
    defaultNetwork: options.defaultNetwork,
    policy: options.policy ?? 'skip',
    validatePlugins: options.validatePlugins ?? false,
    pluginDirs: foldersOf,
    cni: options.cni,
    exec: options.exec,
    watch: options.watch ?? false,
    timing: watchTiming(options),
  };
}
