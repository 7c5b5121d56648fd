import type { Command } from 'commander';
import type { CNIOperatorOptions } from '../../operator/index.js';

/** The folders of configurations, plugins and state. */
export interface PlaceOptions {
  readonly netconfpath?: string;
  readonly cniPath?: string;
  readonly cacheDir?: string;
  readonly stateDir?: string;
  readonly defaultNetwork?: string;
}

const DEFAULT_CONF_DIR = '/etc/cni/net.d';
const DEFAULT_BIN_DIRS = ['/opt/cni/bin', '/usr/lib/cni'];
const DEFAULT_CACHE_DIR = '/var/lib/cni';

/** Adds the options for the folders of configurations, plugins and cache, which override the variables of cnitool. */
export function addFolderOptions(command: Command): Command {
  return command
    .option('--netconfpath <folder>', `configuration files (NETCONFPATH; default: ${DEFAULT_CONF_DIR})`)
    .option('--cni-path <folders>', `plugins (CNI_PATH; default: ${DEFAULT_BIN_DIRS.join(':')})`)
    .option('--cache-dir <folder>', `attachments (default: ${DEFAULT_CACHE_DIR})`);
}

/** Adds the same, and the options of commands that work on attachments under locks. */
export function addPlaceOptions(command: Command): Command {
  return addFolderOptions(command)
    .option('--state-dir <folder>', 'journal, locks and result files (default: libcni in the cache folder)')
    .option('--default-network <name>', 'the network of containers that request none');
}

/** The folders. */
export interface Places {
  readonly confDir: string;
  readonly binDirs: readonly string[];
  readonly cacheDir: string;
}

/** The folders from options, variables and defaults. */
export function placesOf(options: PlaceOptions): Places {
  const { NETCONFPATH, CNI_PATH } = process.env;
  return {
    confDir: options.netconfpath ?? (NETCONFPATH || DEFAULT_CONF_DIR),
    binDirs: folders(options.cniPath ?? CNI_PATH) ?? DEFAULT_BIN_DIRS,
    cacheDir: options.cacheDir ?? DEFAULT_CACHE_DIR,
  };
}

/** The options of an operator. */
export function operatorOptions(options: PlaceOptions): CNIOperatorOptions {
  const { defaultNetwork } = options;
  return {
    ...placesOf(options),
    stateDir: stateDir(options),
    ...(defaultNetwork !== undefined && { defaultNetwork }),
  };
}

/** The state folder besides the cache. */
export function stateDir(options: PlaceOptions): string {
  return options.stateDir ?? `${placesOf(options).cacheDir}/libcni`;
}

function folders(text: string | undefined): string[] | undefined {
  return text ? text.split(':').filter(Boolean) : undefined;
}
