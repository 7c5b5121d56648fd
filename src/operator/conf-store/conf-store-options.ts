import { resolve } from 'node:path';
import { checkPathList } from '../../errors/check-value.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { CNIConfig } from '../../libcni/cni-config.js';
import type { Exec } from '../../libcni/exec/types.js';

/** Where configurations are found, and what is made of them. */
export interface ConfStoreOptions {
  /** The folder of the configuration files. One that is not there holds none. */
  readonly confDir: string;
  /** The folders of the plugins, in the order in which they are searched. */
  readonly binDirs: readonly string[];
  /**
   * The name of the default network. It stays the default one whatever else there is: until it appears, there is
   * none. @default the first network
   */
  readonly defaultNetwork?: string | undefined;
  /** Whether a file of this name is a configuration of this store. @default every file is */
  readonly filter?: ((fileName: string) => boolean) | undefined;
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
  /**
   * Milliseconds of quiet after a change before it is read. A stream of changes puts it off for ten times as long
   * at most. @default 100
   */
  readonly debounceMs?: number | undefined;
  /** Milliseconds between two looks at the folders for changes that the kernel did not tell of. @default 5000 */
  readonly pollMs?: number | undefined;
  /** Whether watching keeps Node alive. @default false */
  readonly persistent?: boolean | undefined;
}

/** The options with all that was left out. */
export interface NormalizedOptions extends Omit<ConfStoreOptions, 'cni' | 'exec' | 'defaultNetwork'> {
  readonly cni: CNIConfig | undefined;
  readonly exec: Exec | undefined;
  readonly defaultNetwork: string | undefined;
  readonly filter: (fileName: string) => boolean;
  readonly policy: 'skip' | 'strict';
  readonly validatePlugins: boolean;
  readonly pluginDirs: (pluginType: string) => readonly string[];
  readonly watch: boolean;
  readonly debounceMs: number;
  readonly pollMs: number;
  readonly persistent: boolean;
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function normalizeOptions(options: ConfStoreOptions): NormalizedOptions {
  const { pluginDirs = () => [] } = options;
  const foldersOf = (type: string) => {
    const folders = pluginDirs(type);
    checkPathList(`what pluginDirs(${JSON.stringify(type)}) gives`, folders);
    return folders.map((folder) => resolve(folder));
  };
  return {
    confDir: resolve(options.confDir),
    binDirs: options.binDirs.map((folder) => resolve(folder)),
    defaultNetwork: options.defaultNetwork,
    filter: options.filter ?? (() => true),
    policy: options.policy ?? 'skip',
    validatePlugins: options.validatePlugins ?? false,
    pluginDirs: foldersOf,
    cni: options.cni,
    exec: options.exec,
    watch: options.watch ?? false,
    debounceMs: milliseconds('debounceMs', options.debounceMs ?? 100),
    pollMs: milliseconds('pollMs', options.pollMs ?? 5000),
    persistent: options.persistent ?? false,
  };
}

/** The longest time that a timer of Node takes. */
const MAX_MS = 2 ** 31 - 1;

function milliseconds(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value <= MAX_MS) return value;
  throw new LibcniError('ERR_CONF_INVALID', `${name} must be a positive number of milliseconds`, { value });
}
