import type { JsonObject } from '../../libcni/index.js';
import type { NetworkIpam, NetworkSubnet, NetworkSummary } from '../network.js';

/** A network that is to be made, with everything decided. */
export interface NetworkPlan {
  readonly name: string;
  /** The name for the bridge, or the parent. */
  readonly interface: string | undefined;
  readonly ipam: NetworkIpam;
  readonly subnets: readonly NetworkSubnet[];
  readonly internal: boolean;
  readonly isolate: boolean;
  readonly ipMasq: boolean;
  readonly dns: boolean;
  readonly mtu: number | undefined;
  readonly vlan: number | undefined;
  readonly mode: string | undefined;
}

/** What a caller asked for, before subnets and names are chosen. */
export interface DriverRequest {
  readonly ipam?: NetworkIpam | undefined;
  readonly hasSubnets: boolean;
  readonly internal: boolean;
  readonly isolate: boolean;
  readonly ipMasq?: boolean | undefined;
  readonly dns?: boolean | undefined;
  readonly bridge?: string | undefined;
  readonly parent?: string | undefined;
  readonly vlan?: number | undefined;
  readonly mode?: string | undefined;
}

/** What of the host a driver looks at. */
export interface DriverHost {
  readonly interfaces: ReadonlySet<string>;
}

/** Runs programs of the system, in the host's network namespace. */
export interface DriverTools {
  /** Removes a bridge that has no interfaces on it, or whatever is on it. @returns whether it was there */
  readonly removeBridge: (name: string, options: { readonly force: boolean }) => Promise<boolean>;
  /** Removes the packet rules that plugins leave of a network: those that isolate its bridge, and masquerading. */
  readonly removeRules: (left: { readonly network: string; readonly bridge: string }) => Promise<void>;
}

/** A kind of network. One file holds all that one kind does; {@link NetworksOptions.drivers} takes further ones. */
export interface NetworkDriver {
  /** The name that callers use, which is the type of its plugin. */
  readonly name: string;
  /** Whether the library chooses the name of the interface that it makes, as for a bridge. */
  readonly makesInterface: boolean;
  /** What comes before the number in names that the library chooses. */
  readonly namePrefix: string;
  /** Who gives addresses where the caller does not say. */
  ipamFor(request: DriverRequest): NetworkIpam;
  /** Refuses what this kind of network cannot do. @throws LibcniError `ERR_CONF_INVALID`, `ERR_NOT_FOUND` */
  validate(request: DriverRequest, host: DriverHost): void;
  /** The plugins of its configuration, in order, without `dnsname`. */
  plugins(plan: NetworkPlan): JsonObject[];
  /** What a configuration of this kind says, whoever wrote it. */
  describe(plugin: Readonly<JsonObject>): Partial<NetworkSummary>;
  /** Takes away what is left on the host when nobody is on the network. */
  teardown(network: NetworkSummary, tools: DriverTools, options: { readonly force: boolean }): Promise<void>;
}
