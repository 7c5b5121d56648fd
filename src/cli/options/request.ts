import type { Command } from 'commander';

/** Requests to plugins, besides the network. */
export interface RequestOptions {
  readonly ports?: string;
  readonly ips?: string;
  readonly mac?: string;
  readonly cniArgs?: string;
  readonly capArgs?: string;
  readonly ifname?: string;
}

/** Adds the options for requests, which override the variables of cnitool. */
export function addRequestOptions(command: Command): Command {
  return command
    .option('-i, --ifname <name>', 'interface inside (CNI_IFNAME; default: eth0)')
    .option('--ports <mappings>', 'such as 8080:80,127.0.0.1:5353:53/udp')
    .option('--ips <addresses>', 'addresses to request, such as 10.1.0.5/16')
    .option('--mac <address>', 'hardware address to request')
    .option('--cni-args <pairs>', 'such as KEY=value;KEY=value (CNI_ARGS)')
    .option('--cap-args <json>', 'capability arguments (CAP_ARGS)');
}
