/** Names one attachment. */
export interface AttachmentKey {
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
}

/**
 * The name of the cache file of an attachment, and of its lock. Names with dashes run into each other, as those of Go
 * libcni do: network `a` and container `b-c` have the file of network `a-b` and container `c`. One lock for both
 * keeps either from the other's file.
 */
export function recordName({ network, containerId, ifName }: AttachmentKey): string {
  return `${network}-${containerId}-${ifName}`;
}

/** A name that no other attachment has: networks and container ids are without plus signs. */
export function uniqueName({ network, containerId, ifName }: AttachmentKey): string {
  return `${network}+${containerId}+${ifName}`;
}

/** The attachment that a {@link uniqueName} belongs to. */
export function keyFromUniqueName(name: string): AttachmentKey | undefined {
  const [, network, containerId, ifName] = /^([^+]+)\+([^+]+)\+(.+)$/s.exec(name) ?? [];
  return network && containerId && ifName ? { network, containerId, ifName } : undefined;
}

/** Whether two are the same attachment. */
export function isSameAttachment(a: AttachmentKey, b: AttachmentKey): boolean {
  return uniqueName(a) === uniqueName(b);
}
