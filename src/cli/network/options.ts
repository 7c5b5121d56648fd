import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NetworkIpam } from '../../network/index.js';
import { collect } from '../options/collect.js';
import { addTimeoutOption, type LimitOptions } from '../options/limits.js';
import { addPlaceOptions, type PlaceOptions } from '../options/places.js';

/** The options of the commands for networks. */
export interface NetworkCommandOptions extends PlaceOptions, LimitOptions {
  readonly json?: boolean;
  readonly filter?: readonly string[];
  readonly force?: boolean;
}

/** The options of `network create`. */
export interface NetworkCreateOptions extends NetworkCommandOptions {
  readonly driver?: string;
  readonly subnet?: readonly string[];
  readonly gateway?: readonly string[];
  readonly ipRange?: readonly string[];
  readonly exclude?: readonly string[];
  readonly ipv6?: boolean;
  readonly ipam?: NetworkIpam;
  readonly internal?: boolean;
  readonly isolate?: boolean;
  readonly masq: boolean;
  readonly dns: boolean;
  readonly bridge?: string;
  readonly parent?: string;
  readonly mode?: string;
  readonly mtu?: number;
  readonly vlan?: number;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
  readonly ignoreExists?: boolean;
}

/** The options of `network connect` and `disconnect`. */
export interface NetworkConnectOptions extends NetworkCommandOptions {
  readonly pid?: number;
  readonly name?: string;
  readonly alias?: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly mac?: string;
  readonly ifname?: string;
  readonly publish?: readonly string[];
  readonly ports?: string;
}

/** The options of all of them. */
export function addNetworkPlaces(command: Command): Command {
  const byDefault = '30s to wait for others, 220s to attach or detach';
  return addTimeoutOption(addPlaceOptions(command), 'for the work on each network', byDefault);
}

export function addCreateOptions(command: Command): Command {
  return addNetworkPlaces(command)
    .option('-d, --driver <name>', 'bridge, macvlan or ipvlan (default: bridge)')
    .option('--subnet <subnet>', 'such as 10.1.0.0/24; repeat it for more (default: a free one)', collect)
    .option('--gateway <address>', 'the gateway of the subnet at the same position', collect)
    .option('--ip-range <subnet>', 'the part of the subnet at the same position for containers', collect)
    .option('--exclude <address>', 'an address that no container gets; repeat it for more', collect)
    .option('--ipv6', 'also assign IPv6 addresses')
    .addOption(new Option('--ipam <name>', 'who assigns addresses').choices(['host-local', 'dhcp', 'none']))
    .option('--internal', 'containers cannot reach anything outside')
    .option('--isolate', 'other isolated networks cannot reach it')
    .option('--no-masq', 'outgoing traffic keeps the addresses of containers')
    .option('--no-dns', 'no name server for container names')
    .option('--bridge <name>', 'the name of the bridge')
    .option('--parent <interface>', 'the host interface, for macvlan and ipvlan')
    .option('--mode <mode>', 'of macvlan or ipvlan, such as bridge or l2')
    .option('--mtu <bytes>', '68 to 65535', parseWhole)
    .option('--vlan <number>', "the VLAN of the bridge's ports", parseWhole)
    .option('--label <key=value>', 'repeat it for more', collect)
    .option('-o, --opt <key=value>', 'an option of docker or podman', collect)
    .option('--ignore-exists', 'accept an existing network of that name');
}

export function addConnectOptions(command: Command): Command {
  return addNetworkPlaces(command)
    .option('--pid <pid>', 'a process in its namespace, instead of a namespace', parseWhole)
    .option('--name <name>', 'the name under which others find it (default: the beginning of its id)')
    .option('--alias <name>', 'another name; repeat it for more', collect)
    .option('--ip <address>', 'the IPv4 address')
    .option('--ip6 <address>', 'the IPv6 address')
    .option('--mac <address>', 'the hardware address')
    .option(
      '-i, --ifname <name>',
      'the interface inside (default: the lowest eth<n> that none of its attachments has)',
    )
    .option('-p, --publish <port>', 'such as 8080:80/tcp, or 80 for a free host port', collect)
    .option('--ports <mappings>', 'several ports, such as 8080:80,127.0.0.1:5353:53/udp');
}

/** A whole number. */
function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
