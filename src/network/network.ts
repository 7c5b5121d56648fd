import type { PortMapping } from '../operator/index.js';

/** Who assigns the addresses of a network: the plugin `host-local`, a DHCP server, or nobody. */
export type NetworkIpam = 'host-local' | 'dhcp' | 'none';

/** The addresses of a network in one family. */
export interface NetworkSubnet {
  /** For example `10.1.0.0/24`. */
  readonly subnet: string;
  /** The router's address in it; absent if there is none, as in an internal network. */
  readonly gateway?: string | undefined;
  /** The part for the addresses of containers, as a subnet. @default all of it */
  readonly ipRange?: string | undefined;
  /** Addresses to keep free. @default none */
  readonly excluded?: readonly string[] | undefined;
}

/** A network as described by its configuration. */
export interface NetworkSummary {
  readonly name: string;
  /** 64 hexadecimal digits, derived from the name as in podman and nerdctl. */
  readonly id: string;
  /** The plugin that creates the interface: `bridge`, `macvlan`, `ipvlan`, or that of another program's configuration. */
  readonly driver: string;
  readonly created: Date;
  readonly subnets: readonly NetworkSubnet[];
  readonly ipam: NetworkIpam | string;
  /** Whether it connects only its own containers. */
  readonly internal: boolean;
  /** Whether containers of other isolated networks cannot reach it. */
  readonly isolate: boolean;
  /** Whether outgoing traffic gets the address of the host. */
  readonly ipMasq: boolean;
  /** Whether the plugin `dnsname` answers for the names of containers. */
  readonly dns: boolean;
  /** The bridge, or the host interface that containers' interfaces are attached to. */
  readonly interface?: string | undefined;
  readonly mtu?: number | undefined;
  readonly vlan?: number | undefined;
  /** The mode of `macvlan` or `ipvlan`, for example `bridge` or `l2`. */
  readonly mode?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly cniVersion: string;
  /** The types of its plugins, in order. */
  readonly plugins: readonly string[];
  readonly file: string;
  /** Whether it was made by {@link Networks.create}, and can be removed by {@link Networks.remove}. */
  readonly isNative: boolean;
}

/** A container on a network. */
export interface NetworkContainer {
  readonly id: string;
  readonly ifName: string;
  /** The path of its namespace. */
  readonly netns: string;
  readonly mac: string | undefined;
  /** With their prefixes, of both families. */
  readonly addresses: readonly string[];
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly gateways: readonly string[];
  /** Names under which other containers of the network find it; empty if it was not connected with `connect`. */
  readonly names: readonly string[];
  readonly ports: readonly PortMapping[];
}

/** A network with the containers on it. */
export interface NetworkDetails extends NetworkSummary {
  readonly containers: readonly NetworkContainer[];
}
