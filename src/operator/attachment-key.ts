import { LibcniError } from '../errors/libcni-error.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../libcni/names.js';

/** 255 are the limit of a name, of which the journal needs seven for its own end. */
const MAX_LABEL_BYTES = 248;

/** The network of the `loopback` plugin where the operator runs it; it is in no configuration folder. */
export const LOOPBACK_NETWORK = 'cni-loopback';

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
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that would lead out of the folder.
 */
export function recordName(key: AttachmentKey): string {
  refusePaths(key);
  return recordLabel(key);
}

/** The same for messages and comparisons, of whatever names. */
export function recordLabel({ network, containerId, ifName }: AttachmentKey): string {
  return `${network}-${containerId}-${ifName}`;
}

/**
 * A name that no other attachment has: networks and container ids are without plus signs.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that would lead out of the folder.
 */
export function uniqueName(key: AttachmentKey): string {
  refusePaths(key);
  return `${key.network}+${key.containerId}+${key.ifName}`;
}

/** The attachment that a {@link uniqueName} belongs to; `undefined` where no attachment has such names. */
export function keyFromUniqueName(name: string): AttachmentKey | undefined {
  const [, network, containerId, ifName] = /^([^+]+)\+([^+]+)\+(.+)$/s.exec(name) ?? [];
  if (!network || !containerId || !ifName) return undefined;
  const key = { network, containerId, ifName };
  return isValid(key) ? key : undefined;
}

/**
 * Refuses an attachment that is to be made where the longest of its files, among those of the journal and of locks, could
 * not have its name. What others have made with such names can be taken down.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkNames(key: AttachmentKey): void {
  const bytes = Buffer.byteLength(recordLabel(key));
  if (bytes <= MAX_LABEL_BYTES) return;
  const { network, containerId, ifName } = key;
  const summary =
    `network name, container id and interface name have ${bytes} bytes with the signs between them, and names of ` +
    `files are made from them, for which ${MAX_LABEL_BYTES} bytes are the limit: use a shorter id or network name`;
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

/** For names that nobody has checked, such as those in the records of other programs. */
function refusePaths({ network, containerId, ifName }: AttachmentKey): void {
  const isPath = (name: string) => /^\.{0,2}$|[/\0]/.test(name);
  // The locks that are not of an attachment begin with a dot.
  const value = network.startsWith('.') ? network : [network, containerId, ifName].find(isPath);
  if (value === undefined) return;
  const summary = `${JSON.stringify(value)} can be no part of a file name`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value, network, containerId, ifName });
}
