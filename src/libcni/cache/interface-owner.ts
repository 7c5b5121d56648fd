import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listCachedAttachments, type NetworkAttachment } from './attachments.js';
import { cacheFolder } from './cache-path.js';

/** Some file systems keep times by two seconds only. */
const COARSE_MS = 2000;
/** Who does not answer for so long counts as not there. */
const SILENT_MS = 2000;
const PLAIN_NAME = /^[\w.-]+$/;

/** Names one attachment. */
export interface AttachmentNames {
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
}

/** An attachment that is to be taken down. */
export interface Leaving extends AttachmentNames {
  /** When its ADD began, where that never came to a record; milliseconds since the epoch. @default not known */
  readonly begunMs?: number | undefined;
  /** A plugin of its ADD has succeeded, so whatever was there before was not in its way. @default false */
  readonly hasResult?: boolean | undefined;
}

/** An interface in a namespace, and the cache that may say whose it is. */
export interface InterfacePlace {
  readonly cacheDir: string | undefined;
  readonly netns: string;
  readonly ifName: string;
  /** Attachments that are being made there, or were when their process ended. @default none */
  readonly begun?: readonly AttachmentNames[] | undefined;
}

/** A record that says that the interface is its attachment's. */
interface Claim extends AttachmentNames {
  readonly writtenMs: number;
}

/**
 * The attachment whose interface would be taken away with that of `self`, if it is another one. Paths of namespaces are
 * used again, so what is older than the namespace speaks of an earlier one; of several records for one place the last
 * one counts.
 *
 * @throws LibcniError `ERR_CACHE` where the records cannot be read
 */
export async function otherOwnerOfInterface(
  place: InterfacePlace,
  self: Leaving,
): Promise<AttachmentNames | undefined> {
  const madeMs = await netnsMadeMs(place.netns);
  if (madeMs === undefined) return undefined;
  const isEarlier = (ms: number) => ms + COARSE_MS < madeMs;
  const claims = await claimsAt(place);
  const others = claims.filter((claim) => !isSame(claim, self));
  const own = claims.find((claim) => isSame(claim, self));
  const sinceMs = own?.writtenMs ?? self.begunMs;
  if (sinceMs !== undefined && isEarlier(sinceMs))
    return others[0] ?? place.begun?.find((begun) => !isSame(begun, self));
  if (self.hasResult) return undefined;
  return others.find(({ writtenMs }) => !isEarlier(writtenMs) && writtenMs > (own?.writtenMs ?? 0));
}

/**
 * The attachments of one container that have an interface in a namespace, by their records.
 *
 * @throws LibcniError `ERR_CACHE` where the records cannot be read
 */
export async function interfacesOfContainer(
  { cacheDir, netns }: Pick<InterfacePlace, 'cacheDir' | 'netns'>,
  containerId: string,
): Promise<AttachmentNames[]> {
  const madeMs = await netnsMadeMs(netns);
  if (madeMs === undefined) return [];
  const there: AttachmentNames[] = [];
  for (const one of await listCachedAttachments(cacheDir, containerId)) {
    const isOfNetns = (await writtenMs(cacheDir, one)) + COARSE_MS >= madeMs;
    if (isOfNetns && (await isSamePlace(one.netns, netns))) there.push(namesOf(one));
  }
  return there;
}

/** Whether two paths lead to one file. */
export async function isSamePlace(a: string, b: string): Promise<boolean> {
  return a === b || (await realPlace(a)) === (await realPlace(b));
}

/** The path without links, as far as it is there. */
export async function realPlace(path: string): Promise<string> {
  const real = async () =>
    await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  return (await answered(real())) ?? path;
}

/** Whether there is a namespace at a path that may have been there at a time; in milliseconds since the epoch. */
export async function wasThere(path: string, ms: number): Promise<boolean> {
  const madeMs = await netnsMadeMs(path);
  return madeMs !== undefined && ms + COARSE_MS >= madeMs;
}

async function claimsAt({ cacheDir, netns, ifName }: InterfacePlace): Promise<Claim[]> {
  const name = basename(netns);
  const real = await realPlace(netns);
  const found = await listCachedAttachments(cacheDir, '', {
    name: (file) => file.endsWith(`-${ifName}`),
    // Thousands of records are passed over faster by their text.
    bytes: (bytes) => !PLAIN_NAME.test(name) || bytes.includes(name),
  });
  const claims: Claim[] = [];
  for (const one of found) {
    if (one.ifName !== ifName || basename(one.netns) !== name) continue;
    if (one.netns !== netns && (await realPlace(one.netns)) !== real) continue;
    claims.push({ ...namesOf(one), writtenMs: await writtenMs(cacheDir, one) });
  }
  return claims;
}

/** When the namespace was made, `undefined` where there is none; 0 where nobody can tell. */
async function netnsMadeMs(path: string): Promise<number | undefined> {
  if (path === '') return undefined;
  const look = async () => {
    const { ctimeMs } = await stat(path);
    // What leads to a namespace of a process in `/proc` has no real path, and is made when it is looked at.
    return await realpath(path).then(
      () => ctimeMs,
      () => 0,
    );
  };
  return await answered(look());
}

/** What is yielded in time; `undefined` where that fails, or nobody answers. */
async function answered<Value>(question: Promise<Value>): Promise<Value | undefined> {
  const waiting = new AbortController();
  const limit = sleep(SILENT_MS, undefined, { ref: false, signal: waiting.signal });
  try {
    return await Promise.race([question, limit]);
  } catch {
    return undefined;
  } finally {
    limit.catch(() => {});
    waiting.abort();
  }
}

async function writtenMs(cacheDir: string | undefined, one: AttachmentNames): Promise<number> {
  const name = `${one.network}-${one.containerId}-${one.ifName}`;
  const found = await stat(join(cacheFolder({ cacheDir }), 'results', name)).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

function namesOf({ network, containerId, ifName }: NetworkAttachment): AttachmentNames {
  return { network, containerId, ifName };
}

function isSame(a: AttachmentNames, b: AttachmentNames): boolean {
  return a.network === b.network && a.containerId === b.containerId && a.ifName === b.ifName;
}
