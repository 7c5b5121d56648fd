import type { Result, Result100, Route } from '../../libcni/index.js';
import { convertChecked } from '../../libcni/result/convert.js';

/** An attachment in the form that runtimes need. */
export interface AttachedNetwork {
  readonly name: string;
  /** The Kubernetes namespace that the network was selected in. */
  readonly namespace: string;
  /**
   * Whether it is the pod's default network; at most one is. Without `networks` it is the first, with the order `cri` the
   * last, else the first attachment to the default network of the configuration folder.
   */
  readonly isDefault: boolean;
  readonly ifName: string;
  /** Addresses of the interface without prefix, by family; the order is that of the plugin and means nothing. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** The same with their prefixes. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** Hardware address of the interface, if the plugin reports it. */
  readonly mac: string | undefined;
  readonly routes: readonly Route[];
  readonly dns: Result100['dns'];
  /** The result as the last plugin printed it. */
  readonly result: Result;
}

/** Facts that the result does not contain. */
export type AttachedIdentity = Pick<AttachedNetwork, 'name' | 'namespace' | 'isDefault' | 'ifName'>;

/** Extracts the facts about one interface from a checked result of any version. */
export function summarize(identity: AttachedIdentity, result: Result): AttachedNetwork {
  const current = convertChecked(result, '1.1.0');
  const index =
    current.interfaces?.findIndex((found) => found.name === identity.ifName && found.sandbox) ?? -1;
  const ips = (current.ips ?? []).filter(
    (ip) => ip.interface === undefined || index < 0 || ip.interface === index,
  );
  const bare = ips.map(({ address }) => address.split('/')[0] ?? address);
  return {
    ...identity,
    ipv4: bare.filter((address) => !address.includes(':')),
    ipv6: bare.filter((address) => address.includes(':')),
    addresses: ips.map(({ address }) => address),
    gateways: ips.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway])),
    mac: current.interfaces?.[index]?.mac,
    routes: current.routes ?? [],
    dns: current.dns,
    result,
  };
}
