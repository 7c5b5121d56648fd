import { bootId } from './boot-id.js';

/** The numbers of a network namespace. */
export interface NetnsNumbers {
  readonly inode: bigint;
  readonly device: bigint;
  /** 0 if unknown. */
  readonly cookie: bigint;
}

/**
 * The identity of a network namespace as a string: `boot=<id> cookie=<number> device=<number> inode=<number>`. Unknown
 * parts are left out. The kernel reuses inodes, but no cookie until the next boot.
 */
export function netnsIdentity({ cookie, device, inode }: NetnsNumbers): string {
  const parts = { boot: bootId(), cookie: cookie === 0n ? '' : cookie, device, inode };
  return Object.entries(parts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/**
 * Whether two identities belong to one namespace: `unknown` if neither that nor the opposite is proven. Device and
 * inode can prove that two differ, but never that they are the same, since one may belong to an earlier namespace.
 */
export function compareIdentities(
  a: string | undefined,
  b: string | undefined,
): 'same' | 'another' | 'unknown' {
  const [one, other] = [partsOf(a), partsOf(b)];
  const areKnown = (name: string) => one.has(name) && other.has(name);
  const differ = (name: string) => areKnown(name) && one.get(name) !== other.get(name);
  if (differ('boot') || differ('cookie')) return 'another';
  if (areKnown('boot') && areKnown('cookie')) return 'same';
  return differ('device') || differ('inode') ? 'another' : 'unknown';
}

function partsOf(identity = ''): ReadonlyMap<string, string> {
  return new Map(
    identity.split(' ').flatMap((part) => {
      const [name = '', value = ''] = part.split('=');
      return value === '' ? [] : [[name, value] as const];
    }),
  );
}
