import type { CNIConfig, NetworkAttachment } from '../../libcni/index.js';
import { recordLabel } from '../attachment-key.js';
import type { Records } from './records.js';

/** The content of a cache. */
export interface FoundRecords {
  readonly readable: readonly NetworkAttachment[];
  /** The names of files that are not readable entries. */
  readonly unreadable: readonly string[];
}

/** Everything that the cache holds, readable or not. */
export async function findRecords(
  records: Records,
  cni: Pick<CNIConfig, 'getCachedAttachments'>,
): Promise<FoundRecords> {
  // Listed first: a file that is created meanwhile must not count as unreadable.
  const files = await namesIn(records);
  const readable = await cni.getCachedAttachments();
  const names = new Set(
    readable.map(({ network, containerId, ifName }) => recordLabel({ network, containerId, ifName })),
  );
  return { readable, unreadable: files.filter((file) => !names.has(file)) };
}

/** The names of unreadable files that may belong to a container on one of these networks. */
export async function unreadableRecordsOf(
  containerId: string,
  networks: readonly string[],
  records: Records,
): Promise<string[]> {
  const files = await records.namesOf(containerId);
  const isCandidate = (file: string) =>
    networks.some((network) => file.startsWith(prefixOf(network, containerId)));
  return files.filter((file) => isCandidate(file) && records.read(file) === undefined);
}

/**
 * The interfaces that unreadable files may stand for. Names with dashes can collide, so a rest with a dash may also
 * belong to another container.
 */
export function interfacesIn(files: readonly string[], network: string, containerId: string): string[] {
  const prefix = prefixOf(network, containerId);
  return files.flatMap((file) => (file.startsWith(prefix) ? [file.slice(prefix.length)] : []));
}

function prefixOf(network: string, containerId: string): string {
  return `${network}-${containerId}-`;
}

async function namesIn(records: Records): Promise<string[]> {
  return await records.names().catch(() => []);
}
