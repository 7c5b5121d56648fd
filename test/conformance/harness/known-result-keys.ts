import { foldedMembers } from './documents.js';

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

/** The versions that share a schema of results. */
type Era = '0.2.0' | '0.4.0' | '1.0.0';

const SHAPES: Readonly<Record<Era, Shape>> = { '0.2.0': RESULT020, '0.4.0': RESULT040, '1.0.0': RESULT100 };

function eraOf(version: string): Era {
  return version < '0.3.0' ? '0.2.0' : version < '1.0.0' ? '0.4.0' : '1.0.0';
}

/** The keys in results of each era. */
export type KeysByEra = ReadonlyMap<Era, ReadonlySet<string>>;

/** The keys of documents, each by the version of the result that it is in. */
export function keysByEra(documents: readonly unknown[], version: string): KeysByEra {
  const keys = new Map<Era, Set<string>>();
  for (const document of documents) collectKeys(document, [eraOf(version)], keys);
  return keys;
}

function collectKeys(value: unknown, outer: readonly Era[], keys: Map<Era, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return;
  const eras = erasWithin(value, outer);
  for (const [key, item] of Object.entries(value)) {
    for (const era of eras) keys.set(era, new Set(keys.get(era)).add(key.toWellFormed()));
    collectKeys(item, eras, keys);
  }
}

/** A version key in another spelling counts for some readers, and not for others. */
function erasWithin(value: object, outer: readonly Era[]): readonly Era[] {
  const { cniversion } = foldedMembers(value);
  if (typeof cniversion !== 'string' || cniversion === '') return outer;
  return 'cniVersion' in value ? [eraOf(cniversion)] : [...outer, eraOf(cniversion)];
}

/**
 * A result without the keys that the specification does not have for its version, if they were in input of the same era.
 * Keys that a conversion leaves behind or invents stay. Routes and DNS settings are the same in all eras. Other values do
 * not change.
 */
export function withoutUnknownKeys(result: unknown, stood: KeysByEra): unknown {
  if (typeof result !== 'object' || result === null || !('cniVersion' in result)) return result;
  const version = String(result.cniVersion);
  const era = eraOf(version);
  const kept = keep(result, SHAPES[era], {
    any: new Set([...stood.values()].flatMap((keys) => [...keys])),
    own: stood.get(era) ?? new Set(),
  });
  // Since 1.0.0, empty settings are left out; settings with an unknown key are not empty.
  const isEmptyDns = typeof kept === 'object' && kept && 'dns' in kept && JSON.stringify(kept.dns) === '{}';
  if (!isEmptyDns || version < '1.0.0') return kept;
  return Object.fromEntries(Object.entries(kept).filter(([key]) => key !== 'dns'));
}

/** Keys that were read: in results of any era, and of the one in question. */
interface Stood {
  readonly any: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

function keep(value: unknown, shape: Shape | null, stood: Stood): unknown {
  if (shape === null) return value;
  if (Array.isArray(value)) return value.map((item) => keep(item, shape, stood));
  if (typeof value !== 'object' || value === null) return value;
  const handedOn = shape === ROUTE || shape === DNS ? stood.any : stood.own;
  const kept = Object.entries(value).filter(([key]) => {
    return Object.hasOwn(shape, key) || !handedOn.has(key.toWellFormed());
  });
  const inner = (key: string) => (Object.hasOwn(shape, key) ? (shape[key] ?? null) : null);
  return Object.fromEntries(kept.map(([key, item]) => [key, keep(item, inner(key), stood)]));
}
