/** A port of the host that forwards to a port of the container, in the capability `portMappings`. */
export interface PortMappingArg {
  /** 1 to 65535. @default 0, which publishes nothing */
  readonly hostPort?: number | null | undefined;
  /** 1 to 65535. */
  readonly containerPort: number;
  /** `tcp`, `udp` or `sctp`. @default tcp */
  readonly protocol?: string | null | undefined;
  /** The address of the host to listen on. @default all of them */
  readonly hostIP?: string | null | undefined;
}

/** Limits of an interface in bits per second, and bursts in bits, in the capability `bandwidth`. */
export interface BandwidthArg {
  readonly ingressRate?: number | null | undefined;
  readonly ingressBurst?: number | null | undefined;
  readonly egressRate?: number | null | undefined;
  readonly egressBurst?: number | null | undefined;
}

/** A range of addresses to allocate from, in the capability `ipRanges`. */
export interface IpRangeArg {
  /** The network address with its prefix, for example `10.1.0.0/24`. */
  readonly subnet: string;
  readonly rangeStart?: string | null | undefined;
  readonly rangeEnd?: string | null | undefined;
  readonly gateway?: string | null | undefined;
}

/** Resolver settings, in the capability `dns`. The specification and the CNI conventions spell two keys differently. */
export interface DnsArg {
  readonly servers?: readonly string[] | null | undefined;
  readonly nameservers?: readonly string[] | null | undefined;
  readonly searches?: readonly string[] | null | undefined;
  readonly search?: readonly string[] | null | undefined;
  readonly domain?: string | null | undefined;
  readonly options?: readonly string[] | null | undefined;
}

/** The capabilities of the CNI conventions; `null` counts as left out. */
export type KnownCapabilityArgs = {
  readonly portMappings?: readonly PortMappingArg[] | null | undefined;
  readonly bandwidth?: BandwidthArg | null | undefined;
  /** An array for each address that the container gets: the ranges of one family that it may come from. */
  readonly ipRanges?: readonly (readonly IpRangeArg[])[] | null | undefined;
  /** DNS names, or arrays of them by network name. */
  readonly aliases?: readonly string[] | Readonly<Record<string, readonly string[]>> | null | undefined;
  readonly dns?: DnsArg | null | undefined;
  /** Addresses with or without prefix. */
  readonly ips?: readonly string[] | null | undefined;
  readonly mac?: string | null | undefined;
  readonly infinibandGUID?: string | null | undefined;
  readonly deviceID?: string | null | undefined;
  readonly cgroupPath?: string | null | undefined;
};

/**
 * Values for the capabilities that plugins declare. A misspelt capability does not compile. Names with a dot are free
 * to use. Declare other capabilities of your own with the type parameter: `RuntimeConf<{ shaping: { profile: string } }>`.
 */
export type CapabilityArgs<Others extends object = Record<never, never>> = KnownCapabilityArgs & {
  readonly [name: `${string}.${string}`]: unknown;
} & Readonly<Others>;
