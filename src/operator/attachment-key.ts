import { LibcniError } from '../errors/libcni-error.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../libcni/names.js';

/** A file name may have 255 bytes, and the journal appends seven. */
const MAX_LABEL_BYTES = 248;

/** The network of the `loopback` plugin, if the operator runs it. It is in no configuration folder. */
export const LOOPBACK_NETWORK = 'cni-loopback';

/** Names one attachment. */
export interface AttachmentKey {
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
}

/**
 * The name of the cache file of an attachment, and of its lock. Names with dashes can collide, as in Go libcni: network
 * `a` with container `b-c` has the same file as network `a-b` with container `c`. They share one lock, which keeps each
 * from the other's file.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that would lead out of the folder.
 */
export function recordName(key: AttachmentKey): string {
  refusePaths(key);
  return recordLabel(key);
}

/** The same for messages and comparisons, for any names. */
export function recordLabel({ network, containerId, ifName }: AttachmentKey): string {
  return `${network}-${containerId}-${ifName}`;
}

/**
 * A name that no other attachment has: networks and container ids contain no plus signs.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that would lead out of the folder.
 */
export function uniqueName(key: AttachmentKey): string {
  refusePaths(key);
  return `${key.network}+${key.containerId}+${key.ifName}`;
}

/** The attachment of a {@link uniqueName}; `undefined` if no attachment has such a name. */
export function keyFromUniqueName(name: string): AttachmentKey | undefined {
  const [, network, containerId, ifName] = /^([^+]+)\+([^+]+)\+(.+)$/s.exec(name) ?? [];
  if (!network || !containerId || !ifName) return undefined;
  const key = { network, containerId, ifName };
  return isValid(key) ? key : undefined;
}

/**
 * Refuses a new attachment if the name of one of its journal or lock files would be too long. Existing attachments with
 * such names can still be detached.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkNames(key: AttachmentKey): void {
  const bytes = Buffer.byteLength(recordLabel(key));
  if (bytes <= MAX_LABEL_BYTES) return;
  const { network, containerId, ifName } = key;
  const summary =
    `network name, container id and interface name have ${bytes} bytes with separators, but together they become a ` +
    `file name of at most ${MAX_LABEL_BYTES} bytes: use a shorter id or network name`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value: containerId, network, containerId, ifName });
}

/** Whether two are the same attachment. */
export function isSameAttachment(a: AttachmentKey, b: AttachmentKey): boolean {
  return a.network === b.network && a.containerId === b.containerId && a.ifName === b.ifName;
}

function isValid({ network, containerId, ifName }: AttachmentKey): boolean {
  try {
    validateNetworkName(network);
    validateContainerId(containerId);
    validateInterfaceName(ifName);
    return true;
  } catch {
    return false;
  }
}

/** For unchecked names, such as those in records of other programs. */
function refusePaths({ network, containerId, ifName }: AttachmentKey): void {
  const isPath = (name: string) => /^\.{0,2}$|[/\0]/.test(name);
  // Locks of other things than attachments begin with a dot.
  const value = network.startsWith('.') ? network : [network, containerId, ifName].find(isPath);
  if (value === undefined) return;
  const summary = `${JSON.stringify(value)} cannot be part of a file name`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value, network, containerId, ifName });
}
