import { realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listCachedAttachments } from './attachments.js';
import { cacheFolder } from './cache-path.js';

/** Names one attachment. */
export interface AttachmentNames {
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
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
  /** The record is older than the namespace: it speaks of an earlier one that had the same path. */
  readonly isOfEarlierNetns: boolean;
}

/**
 * The attachment whose interface would be taken away with that of `self`, if it is another one. Paths of namespaces are
 * used again, so of several records for one place the last one that was written since the namespace was made has it.
 *
 * @throws LibcniError `ERR_CACHE` where the records cannot be read
 */
export async function otherOwnerOfInterface(
  place: InterfacePlace,
  self: AttachmentNames,
): Promise<AttachmentNames | undefined> {
  const claims = await claimsOf(place);
  const own = claims.find((claim) => isSame(claim, self));
  const others = claims.filter((claim) => claim !== own);
  if (own?.isOfEarlierNetns) return others[0] ?? place.begun?.find((begun) => !isSame(begun, self));
  return others.find((one) => !one.isOfEarlierNetns && one.writtenMs > (own?.writtenMs ?? 0));
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
  return (await claimsOf({ cacheDir, netns }, containerId)).filter(
    ({ isOfEarlierNetns }) => !isOfEarlierNetns,
  );
}

/** Whether two paths are of one file, however their folders are spelled: `/var/run` is `/run`. */
export function isSamePlace(a: string, b: string): boolean {
  return a === b || (basename(a) === basename(b) && realFolder(a) === realFolder(b));
}

async function claimsOf(
  { cacheDir, netns, ifName }: Partial<InterfacePlace> & Pick<InterfacePlace, 'cacheDir' | 'netns'>,
  containerId = '',
): Promise<Claim[]> {
  const madeMs = await netnsMadeMs(netns);
  if (madeMs === undefined) return [];
  const found = (await listCachedAttachments(cacheDir, containerId)).filter(
    (one) => (ifName === undefined || one.ifName === ifName) && isSamePlace(one.netns, netns),
  );
  return found.map((one) => {
    const writtenMs = writtenAt(join(cacheFolder({ cacheDir }), 'results', recordOf(one)));
    const { network, containerId: id, ifName: name } = one;
    return { network, containerId: id, ifName: name, writtenMs, isOfEarlierNetns: writtenMs < madeMs };
  });
}

/**
 * When the namespace was made, `undefined` where there is none; 0 where nobody can tell: files below `/proc` are made
 * when they are looked at.
 */
async function netnsMadeMs(path: string): Promise<number | undefined> {
  const found = path === '' ? undefined : await stat(path).catch(() => undefined);
  return path.startsWith('/proc/') && found ? 0 : found?.ctimeMs;
}

function writtenAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function recordOf({ network, containerId, ifName }: AttachmentNames): string {
  return `${network}-${containerId}-${ifName}`;
}

function isSame(a: AttachmentNames, b: AttachmentNames): boolean {
  return a.network === b.network && a.containerId === b.containerId && a.ifName === b.ifName;
}

function realFolder(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}
