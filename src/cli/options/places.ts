import type { Command } from 'commander';
import type { CNIOperatorOptions } from '../../operator/index.js';

/** Where configurations, plugins and state are. */
export interface PlaceOptions {
  readonly netconfpath?: string;
  readonly cniPath?: string;
  readonly cacheDir?: string;
  readonly stateDir?: string;
  readonly defaultNetwork?: string;
}

const DEFAULT_CACHE_DIR = '/var/lib/cni';

/** The options that every command has which works on attachments; those of cnitool's variables win over these. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--netconfpath <folder>', 'configuration files (NETCONFPATH; default: /etc/cni/net.d)')
    .option('--cni-path <folders>', 'plugins (CNI_PATH; default: /opt/cni/bin:/usr/lib/cni)')
    .option('--cache-dir <folder>', `what is attached (default: ${DEFAULT_CACHE_DIR})`)
    .option('--state-dir <folder>', 'journal, locks and result files (default: libcni in the cache folder)')
    .option('--default-network <name>', 'the network of containers that ask for none');
}

/** What an operator is made with. */
export function operatorOptions(options: PlaceOptions): CNIOperatorOptions {
  const { NETCONFPATH, CNI_PATH } = process.env;
  const { defaultNetwork } = options;
  return {
    confDir: options.netconfpath ?? (NETCONFPATH || undefined),
    binDirs: folders(options.cniPath ?? CNI_PATH),
    cacheDir: cacheDir(options),
    stateDir: stateDir(options),
    ...(defaultNetwork !== undefined && { defaultNetwork }),
  };
}

/** Where the state is that is not the cache. */
export function stateDir(options: PlaceOptions): string {
  return options.stateDir ?? `${cacheDir(options)}/libcni`;
}

function cacheDir(options: PlaceOptions): string {
  return options.cacheDir ?? DEFAULT_CACHE_DIR;
}

function folders(text: string | undefined): string[] | undefined {
  return text ? text.split(':').filter(Boolean) : undefined;
}
