import { isIpv4 } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { withoutUndefined } from './fields.js';
import type { IpConfig020, Result020, Result040, Result100, Route } from './types.js';

/** Addresses get the `version` that 0.4.0 requires; interfaces keep name, hardware address and sandbox. */
export function downFrom100(from: Result100, cniVersion: Result040['cniVersion']): Result040 {
  return withoutUndefined({
    cniVersion,
    interfaces: from.interfaces?.map(({ name, mac, sandbox }) => withoutUndefined({ name, mac, sandbox })),
    ips: from.ips?.map((ip) =>
      withoutUndefined({
        version: isIpv4(ip.address) ? '4' : '6',
        interface: ip.interface,
        address: ip.address,
        gateway: ip.gateway,
      }),
    ),
    routes: from.routes,
    dns: from.dns ?? {},
  });
}

/**
 * The first address of each family stays, with the routes of that family.
 *
 * @throws LibcniError `ERR_VERSION` if there is no address, which a result before 0.3.0 must have.
 */
export function downFrom040(from: Result040, cniVersion: Result020['cniVersion']): Result020 {
  const ip4 = firstOf(from, '4');
  const ip6 = firstOf(from, '6');
  if (!ip4 && !ip6) {
    const summary = `cannot convert a result of ${from.cniVersion} to ${cniVersion}: it has no address`;
    throw new LibcniError('ERR_VERSION', summary, { value: cniVersion });
  }
  return withoutUndefined({ cniVersion, ip4, ip6, dns: from.dns });
}

function firstOf(from: Result040, version: '4' | '6'): IpConfig020 | undefined {
  const first = from.ips?.find((ip) => ip.version === version);
  if (first === undefined) return undefined;
  const routes = from.routes?.filter(({ dst }) => isIpv4(dst) === (version === '4')).map(oldRoute);
  return withoutUndefined({
    ip: first.address,
    gateway: first.gateway,
    routes: routes && routes.length > 0 ? routes : undefined,
  });
}

function oldRoute({ dst, gw }: Route): Route {
  return withoutUndefined({ dst, gw });
}
