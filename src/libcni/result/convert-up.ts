import { withoutUndefined } from './fields.js';
import type { IpConfig020, IpConfig040, Result020, Result040, Result100 } from './types.js';

/** The address of each family goes into one array; their routes into another, IPv4 first. */
export function upFrom020(from: Result020, cniVersion: Result040['cniVersion']): Result040 {
  const ips = [...ipConfig(from.ip4, '4'), ...ipConfig(from.ip6, '6')];
  const routes = [...(from.ip4?.routes ?? []), ...(from.ip6?.routes ?? [])];
  return withoutUndefined({
    cniVersion,
    ips: ips.length > 0 ? ips : undefined,
    routes: routes.length > 0 ? routes : undefined,
    dns: from.dns,
  });
}

/** Addresses lose their `version`, which 1.0.0 removed. */
export function upFrom040(from: Result040, cniVersion: Result100['cniVersion']): Result100 {
  return withoutUndefined({
    cniVersion,
    interfaces: from.interfaces?.map(({ name, mac, sandbox }) => withoutUndefined({ name, mac, sandbox })),
    ips: from.ips?.map((ip) =>
      withoutUndefined({ interface: ip.interface, address: ip.address, gateway: ip.gateway }),
    ),
    routes: from.routes,
    dns: Object.keys(from.dns).length > 0 ? from.dns : undefined,
  });
}

function ipConfig(from: IpConfig020 | undefined, version: '4' | '6'): IpConfig040[] {
  return from ? [withoutUndefined({ version, address: from.ip, gateway: from.gateway })] : [];
}
