/** Resolver settings (CNI specification, section 5 "dns"). */
export interface Dns {
  readonly nameservers?: readonly (string | null)[] | null | undefined;
  readonly domain?: string | null | undefined;
  readonly search?: readonly (string | null)[] | null | undefined;
  readonly options?: readonly (string | null)[] | null | undefined;
}

/** A route that a plugin added. */
export interface Route {
  /** Destination as address and prefix, for example `0.0.0.0/0`. */
  readonly dst: string;
  /** Next hop; if absent, the network's gateway. */
  readonly gw?: string | undefined;
  /** Bytes. Since CNI 1.1.0. */
  readonly mtu?: number | undefined;
  /** Maximal segment size to announce, in bytes. Since CNI 1.1.0. */
  readonly advmss?: number | undefined;
  /** Lower is preferred. Since CNI 1.1.0. */
  readonly priority?: number | undefined;
  /** Number of the routing table. Since CNI 1.1.0. */
  readonly table?: number | undefined;
  /** Scope of the destinations, 0 (global) to 255 (nowhere). Since CNI 1.1.0. */
  readonly scope?: number | undefined;
}

/** An interface that a plugin created. */
export interface Interface {
  readonly name: string;
  /** Hardware address. */
  readonly mac?: string | undefined;
  /** Path of the network namespace it is in; absent for an interface of the host. */
  readonly sandbox?: string | undefined;
}

/** An interface as versions 1.0.0 and 1.1.0 describe it. */
export interface Interface100 extends Interface {
  /** Bytes. Since CNI 1.1.0. */
  readonly mtu?: number | undefined;
  /** Path of a socket that belongs to the interface. Since CNI 1.1.0. */
  readonly socketPath?: string | undefined;
  /** Address of the PCI device behind the interface. Since CNI 1.1.0. */
  readonly pciID?: string | undefined;
}

/** An address of one family, as versions 0.1.0 and 0.2.0 describe it. */
export interface IpConfig020 {
  /** Address and prefix, for example `10.1.0.5/16`. */
  readonly ip: string;
  readonly gateway?: string | undefined;
  readonly routes?: readonly Route[] | undefined;
}

/** An address, as versions 1.0.0 and 1.1.0 describe it. */
export interface IpConfig {
  /** Index into the result's `interfaces`. */
  readonly interface?: number | undefined;
  /** Address and prefix, for example `10.1.0.5/16`. */
  readonly address: string;
  readonly gateway?: string | undefined;
}

/** An address, as versions 0.3.0 to 0.4.0 describe it. */
export interface IpConfig040 extends IpConfig {
  /** `4` or `6`. */
  readonly version: string;
}

/** A result of the versions 0.1.0 and 0.2.0. */
export interface Result020 {
  readonly cniVersion: '0.1.0' | '0.2.0';
  readonly ip4?: IpConfig020 | undefined;
  readonly ip6?: IpConfig020 | undefined;
  readonly dns: Dns;
  readonly interfaces?: undefined;
  readonly ips?: undefined;
  readonly routes?: undefined;
}

/** A result of the versions 0.3.0, 0.3.1 and 0.4.0. */
export interface Result040 {
  readonly cniVersion: '0.3.0' | '0.3.1' | '0.4.0';
  readonly interfaces?: readonly Interface[] | undefined;
  readonly ips?: readonly IpConfig040[] | undefined;
  readonly routes?: readonly Route[] | undefined;
  readonly dns: Dns;
  readonly ip4?: undefined;
  readonly ip6?: undefined;
}

/** A result of the versions 1.0.0 and 1.1.0. */
export interface Result100 {
  readonly cniVersion: '1.0.0' | '1.1.0';
  readonly interfaces?: readonly Interface100[] | undefined;
  readonly ips?: readonly IpConfig[] | undefined;
  readonly routes?: readonly Route[] | undefined;
  readonly dns?: Dns | undefined;
  readonly ip4?: undefined;
  readonly ip6?: undefined;
}

/**
 * The result of a successful ADD, as plain JSON, discriminated by `cniVersion`. Keys unknown to the specification are
 * kept too; declare a type of your own to read them.
 */
export type Result = Result020 | Result040 | Result100;

/** The result of a version of the specification; any result if the version is unknown at compile time. */
export type ResultOf<Version extends string> = Version extends '' | Result020['cniVersion']
  ? Result020
  : Version extends Result040['cniVersion']
    ? Result040
    : Version extends Result100['cniVersion']
      ? Result100
      : Result;
