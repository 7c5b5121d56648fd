import { compareIdentities } from '../../platform/netns/index.js';
import { listCachedAttachments } from './attachments.js';

/** Names one attachment. */
export interface AttachmentNames {
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
}

/** An attachment that was made, or is being made, in a namespace. */
export interface InterfaceClaim extends AttachmentNames {
  /** The identity of the namespace; absent if it was not recorded. */
  readonly netnsIdentity?: string | undefined;
}

/** Where to look for claims. */
export interface ClaimedPlace {
  readonly cacheDir: string | undefined;
  readonly ifName: string;
  /** The namespace that is there now. */
  readonly identity: string;
  /** Attachments in progress, including those whose process has ended. @default none */
  readonly begun?: readonly InterfaceClaim[] | undefined;
}

/**
 * The attachment, other than `self`, that was made on an interface of exactly this namespace.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the records cannot be read
 */
export async function claimantOf(
  { cacheDir, ifName, identity, begun = [] }: ClaimedPlace,
  self: AttachmentNames,
): Promise<AttachmentNames | undefined> {
  const recorded = await listCachedAttachments({ cacheDir, foreignFolders: 'allow' }, '', {
    name: (file) => file.endsWith(`-${ifName}`),
    // Comparing strings skips thousands of records faster.
    text: (text) => text.includes(identity),
  });
  const isClaimant = (one: InterfaceClaim) =>
    one.ifName === ifName && !isSame(one, self) && compareIdentities(one.netnsIdentity, identity) === 'same';
  return [...recorded, ...begun].find(isClaimant);
}

function isSame(a: AttachmentNames, b: AttachmentNames): boolean {
  return a.network === b.network && a.containerId === b.containerId && a.ifName === b.ifName;
}
