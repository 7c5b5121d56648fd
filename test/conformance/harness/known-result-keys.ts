/** The keys of the specification by place, for each era of results. */
const DNS = { nameservers: null, domain: null, search: null, options: null };
const ROUTE = { dst: null, gw: null, mtu: null, advmss: null, priority: null, table: null, scope: null };
const IP020 = { ip: null, gateway: null, routes: ROUTE };
const RESULT020 = { cniVersion: null, ip4: IP020, ip6: IP020, dns: DNS };
const INTERFACE040 = { name: null, mac: null, sandbox: null };
const RESULT040 = {
  cniVersion: null,
  interfaces: INTERFACE040,
  ips: { version: null, interface: null, address: null, gateway: null },
  routes: ROUTE,
  dns: DNS,
};
const RESULT100 = {
  cniVersion: null,
  interfaces: { ...INTERFACE040, mtu: null, socketPath: null, pciID: null },
  ips: { interface: null, address: null, gateway: null },
  routes: ROUTE,
  dns: DNS,
};

interface Shape {
  readonly [key: string]: Shape | null;
}

/** A result without the keys that the specification does not know; other values as they are. */
export function withoutUnknownKeys(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('cniVersion' in result)) return result;
  const version = String(result.cniVersion);
  const kept = keep(result, version < '0.3.0' ? RESULT020 : version < '1.0.0' ? RESULT040 : RESULT100);
  // Since 1.0.0, settings that hold nothing are left out; those with an unknown key hold something.
  const isEmptyDns = typeof kept === 'object' && kept && 'dns' in kept && JSON.stringify(kept.dns) === '{}';
  if (!isEmptyDns || version < '1.0.0') return kept;
  return Object.fromEntries(Object.entries(kept).filter(([key]) => key !== 'dns'));
}

function keep(value: unknown, shape: Shape | null): unknown {
  if (shape === null) return value;
  if (Array.isArray(value)) return value.map((item) => keep(item, shape));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => Object.hasOwn(shape, key));
  return Object.fromEntries(kept.map(([key, item]) => [key, keep(item, shape[key] ?? null)]));
}
