import type { Command } from 'commander';
import { parseDuration } from '../options/duration.js';
import { addPlaceOptions, type PlaceOptions } from '../options/places.js';

/** The options of a hook. */
export interface HookCommandOptions extends PlaceOptions {
  readonly pinDir?: string;
  readonly networks?: string;
  readonly ports?: string;
  readonly ips?: string;
  readonly mac?: string;
  readonly ifname?: string;
  readonly cniArgs?: string;
  readonly capArgs?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The options of `hook install`. */
export interface HookInstallOptions extends HookCommandOptions {
  /** `true`: the default socket. */
  readonly socket?: string | true;
  readonly json?: boolean;
}

/** The options of `hook reap`. */
export interface HookReapOptions extends PlaceOptions {
  readonly pinDir?: string;
  /** Milliseconds, for each container. */
  readonly timeout?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The options that say where everything is that hooks keep. */
export function addHookPlaceOptions(command: Command): Command {
  return addPlaceOptions(command).option('--pin-dir <folder>', 'pinned namespaces (default: /var/run/netns)');
}

/** The options for the networks of a container, and for folders. */
export function addHookOptions(command: Command): Command {
  return addHookPlaceOptions(command)
    .option('--networks <names>', 'such as front,storage@data0, or none (LIBCNI_NETWORKS)')
    .option('--ports <mappings>', 'such as 8080:80,127.0.0.1:5353:53/udp (LIBCNI_PORTS)')
    .option('--ips <addresses>', 'addresses to request (LIBCNI_IPS)')
    .option('--mac <address>', 'hardware address to request (LIBCNI_MAC)')
    .option('--ifname <name>', 'interface of the first network (CNI_IFNAME; default: eth0)')
    .option('--cni-args <pairs>', 'such as KEY=value;KEY=value (CNI_ARGS)')
    .option('--cap-args <json>', 'capability arguments (CAP_ARGS)')
    .option('--timeout <duration>', 'in total, such as 30s (default: 60s)', parseDuration);
}
