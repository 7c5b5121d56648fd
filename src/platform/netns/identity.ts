import { bootId } from './boot-id.js';

/** The numbers of a network namespace. */
export interface NetnsNumbers {
  readonly inode: bigint;
  readonly device: bigint;
  /** 0 where it is not known. */
  readonly cookie: bigint;
}

/**
 * Which network namespace it is, as text: `boot=<id> cookie=<number> device=<number> inode=<number>`. What is not known is
 * left out. The kernel gives inodes again, but no cookie as long as it runs.
 */
export function netnsIdentity({ cookie, device, inode }: NetnsNumbers): string {
  const parts = { boot: bootId(), cookie: cookie === 0n ? '' : cookie, device, inode };
  return Object.entries(parts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/**
 * Whether two identities are of one namespace: `unknown` where neither that nor the opposite is proven. Device and
 * inode prove that two are not the same, and never that they are, since one may be of an earlier namespace.
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
