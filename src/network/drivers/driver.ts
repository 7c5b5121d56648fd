import type { JsonObject } from '../../libcni/index.js';
import type { NetworkIpam, NetworkSubnet, NetworkSummary } from '../network.js';

/** A network to create, with every choice made. */
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

/** The caller's request, before subnets and names are chosen. */
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

/** The parts of the host that a driver uses. */
export interface DriverHost {
  readonly interfaces: ReadonlySet<string>;
}

/** Runs system programs in the host's network namespace. */
export interface DriverTools {
  /** Whether the interface exists and is a bridge. */
  readonly isBridge: (name: string) => Promise<boolean>;
  /** Removes a bridge if it has no interfaces, or in any case. @returns whether it existed */
  readonly removeBridge: (name: string, options: { readonly force: boolean }) => Promise<boolean>;
  /** Removes packet rules that plugins leave behind: isolation of the bridge, and masquerading. */
  readonly removeRules: (left: { readonly network: string; readonly bridge: string }) => Promise<void>;
}

/** A kind of network, each in one file. Add others with {@link NetworksOptions.drivers}. */
export interface NetworkDriver {
  /** The name of the driver, which is the type of its plugin. */
  readonly name: string;
  /** Whether the library names the interface that it creates, as for a bridge. */
  readonly makesInterface: boolean;
  /** The prefix of generated names, before the number. */
  readonly namePrefix: string;
  /** Who assigns addresses by default. */
  ipamFor(request: DriverRequest): NetworkIpam;
  /** Refuses requests that this driver cannot meet. @throws LibcniError `ERR_CONF_INVALID`, `ERR_NOT_FOUND` */
  validate(request: DriverRequest, host: DriverHost): void;
  /** Refuses an existing interface that it cannot use. @default accepts all @throws LibcniError `ERR_CONFLICT` */
  validateInterface?(name: string, tools: DriverTools): Promise<void>;
  /** The plugins of its configuration, in order, without `dnsname`. */
  plugins(plan: NetworkPlan): JsonObject[];
  /** Describes a configuration of this kind, including those of other programs. */
  describe(plugin: Readonly<JsonObject>): Partial<NetworkSummary>;
  /** Removes what is left on the host when the network has no containers. */
  teardown(network: NetworkSummary, tools: DriverTools, options: { readonly force: boolean }): Promise<void>;
}
