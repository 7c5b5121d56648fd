import type { Command } from 'commander';
import { parseDuration } from '../options/duration.js';
import { addPlaceOptions, type PlaceOptions } from '../options/places.js';

/** What the options of a hook say. */
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

/** What the options of `hook install` say. */
export interface HookInstallOptions extends HookCommandOptions {
  /** `true`: the default one. */
  readonly socket?: string | true;
  readonly json?: boolean;
}

/** What the options of `hook reap` say. */
export interface HookReapOptions extends PlaceOptions {
  readonly pinDir?: string;
  /** Milliseconds, for each container. */
  readonly timeout?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The options that say where everything is that hooks keep. */
export function addHookPlaceOptions(command: Command): Command {
  return addPlaceOptions(command).option(
    '--pin-dir <folder>',
    'namespaces that are kept (default: /var/run/netns)',
  );
}

/** The options that say what a container is attached to, and where everything is. */
export function addHookOptions(command: Command): Command {
  return addHookPlaceOptions(command)
    .option('--networks <names>', 'such as front,storage@data0, or none (LIBCNI_NETWORKS)')
    .option('--ports <mappings>', 'such as 8080:80,127.0.0.1:5353:53/udp (LIBCNI_PORTS)')
    .option('--ips <addresses>', 'addresses to ask for (LIBCNI_IPS)')
    .option('--mac <address>', 'hardware address to ask for (LIBCNI_MAC)')
    .option('--ifname <name>', 'interface of the first network (CNI_IFNAME; default: eth0)')
    .option('--cni-args <pairs>', 'such as KEY=value;KEY=value (CNI_ARGS)')
    .option('--cap-args <json>', 'capability arguments (CAP_ARGS)')
    .option('--timeout <duration>', 'for all of it, such as 30s (default: 60s)', parseDuration);
}
