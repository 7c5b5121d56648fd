import { resolve } from 'node:path';
import { foldersField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import type { CNIConfig } from '../../libcni/cni-config.js';
import type { Exec } from '../../libcni/exec/types.js';
import type { ConfSource } from './conf-source.js';
import { type FolderSourceOptions, folderSource } from './folder-source.js';
import { type WatchTiming, watchTiming } from './watch-timing.js';

/** Where configurations are found, and what is made of them. */
export interface ConfStoreOptions extends FolderSourceOptions {
  /** Sources that come before the folder, in the order of precedence. @default none */
  readonly sources?: readonly ConfSource[] | undefined;
  /** The folder of the configuration files. One that is not there holds none. @default none */
  readonly confDir?: string | undefined;
  /** The folders of the plugins, in the order in which they are searched. */
  readonly binDirs: readonly string[];
  /**
   * The name of the default network. It stays the default one whatever else there is: until it appears, there is
   * none. @default the first network
   */
  readonly defaultNetwork?: string | undefined;
  /**
   * What a problem does. `skip`: the file is left out, the others are used. `strict`: the configuration is refused as a
   * whole. @default `skip`
   */
  readonly policy?: 'skip' | 'strict' | undefined;
  /**
   * Whether a network is ready only with plugins that are there and speak its version. Those for addresses and those
   * that its configuration delegates to must be there too, as for `status()`. @default false
   */
  readonly validatePlugins?: boolean | undefined;
  /**
   * Further folders for one type of plugin, searched before `binDirs`: those of its vendor, for example
   * `/opt/<type>/bin`. @default none
   */
  readonly pluginDirs?: ((pluginType: string) => readonly string[]) | undefined;
  /** Asks the plugins of `binDirs` for their versions; its path must be `binDirs`. @default one of its own */
  readonly cni?: CNIConfig | undefined;
  /** How plugins are asked that `cni` does not find. @default as for {@link CNIConfig} */
  readonly exec?: Exec | undefined;
  /** Whether changes on disk are noticed, in the configuration folder and in those of plugins. @default false */
  readonly watch?: boolean | undefined;
}

/** The options with all that was left out. */
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
  const { confDir, pluginDirs = () => [] } = options;
  const foldersOf = (type: string) => {
    const folders = pluginDirs(type);
    parseArgument(foldersField(), folders, `what pluginDirs(${JSON.stringify(type)}) gives`);
    return folders.map((folder) => resolve(folder));
  };
  return {
    sources: [...(options.sources ?? []), ...(confDir === undefined ? [] : [folderSource(confDir, options)])],
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
