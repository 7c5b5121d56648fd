import { isIpv4 } from '../../addresses/index.js';
import { convertResult } from './convert.js';
import type { Result } from './types.js';

/** An address in a result. */
export interface ResultAddress {
  readonly family: 4 | 6;
  /** Without prefix, for example `10.1.0.5`. */
  readonly address: string;
  /** The length of the prefix, for example 16. */
  readonly prefix: number;
  /** The name of the interface that has it, if the result says so. */
  readonly interface: string | undefined;
  /** Path of the namespace that the interface is in; `undefined` for an interface of the host, or if the result does not say. */
  readonly sandbox: string | undefined;
  readonly gateway: string | undefined;
}

/**
 * The addresses of a result of any version, in the order of the plugin.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_VERSION` for anything but a result.
 */
export function addressesOf(result: Result): ResultAddress[] {
  const { ips = [], interfaces = [] } = convertResult(result, '1.1.0');
  return ips.map(({ address: cidr, gateway, interface: index }) => {
    const [address = '', prefix] = cidr.split('/');
    const owner = index === undefined ? undefined : interfaces[index];
    const family = isIpv4(cidr) ? 4 : 6;
    return {
      family,
      address,
      prefix: Number(prefix),
      interface: owner?.name,
      sandbox: owner?.sandbox,
      gateway,
    };
  });
}
