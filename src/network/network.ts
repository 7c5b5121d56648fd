import type { PortMapping } from '../operator/index.js';

/** Who gives the addresses of a network: the plugin `host-local`, a DHCP server, or nobody. */
export type NetworkIpam = 'host-local' | 'dhcp' | 'none';

/** The addresses of a network, of one family. */
export interface NetworkSubnet {
  /** For example `10.1.0.0/24`. */
  readonly subnet: string;
  /** The router's address in it; absent where there is none, as in an internal network. */
  readonly gateway?: string | undefined;
  /** The part of it that containers get their addresses from, as a subnet. @default all of it */
  readonly ipRange?: string | undefined;
  /** Addresses that no container gets. @default none */
  readonly excluded?: readonly string[] | undefined;
}

/** A network as its configuration says. */
export interface NetworkSummary {
  readonly name: string;
  /** 64 hexadecimal digits, made from the name; podman and nerdctl make it in the same way. */
  readonly id: string;
  /** The plugin that makes the interface: `bridge`, `macvlan`, `ipvlan`, or that of another program's configuration. */
  readonly driver: string;
  readonly created: Date;
  readonly subnets: readonly NetworkSubnet[];
  readonly ipam: NetworkIpam | string;
  /** Whether it leads to its own containers only. */
  readonly internal: boolean;
  /** Whether containers of other networks that are isolated, too, are kept away. */
  readonly isolate: boolean;
  /** Whether containers go out with the address of the host. */
  readonly ipMasq: boolean;
  /** Whether the plugin `dnsname` answers for the names of containers. */
  readonly dns: boolean;
  /** The bridge, or the interface of the host that containers' interfaces hang on. */
  readonly interface?: string | undefined;
  readonly mtu?: number | undefined;
  readonly vlan?: number | undefined;
  /** How `macvlan` or `ipvlan` works, for example `bridge` or `l2`. */
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
  /** Names that the other containers of the network find it by; empty where it was not connected with `connect`. */
  readonly names: readonly string[];
  readonly ports: readonly PortMapping[];
}

/** A network with the containers on it. */
export interface NetworkDetails extends NetworkSummary {
  readonly containers: readonly NetworkContainer[];
}
