import type { CNIConfig, NetworkAttachment } from '../../libcni/index.js';
import { recordLabel } from '../attachment-key.js';
import type { Records } from './records.js';

/** The cache as it is found. */
export interface FoundRecords {
  readonly readable: readonly NetworkAttachment[];
  /** The names of the files that cannot be read as entries. */
  readonly unreadable: readonly string[];
}

/** Everything that the cache holds, readable or not. */
export async function findRecords(
  records: Records,
  cni: Pick<CNIConfig, 'getCachedAttachments'>,
): Promise<FoundRecords> {
  // Listed first: a file that is made meanwhile must not count as unreadable.
  const files = await namesIn(records);
  const readable = await cni.getCachedAttachments();
  const names = new Set(
    readable.map(({ network, containerId, ifName }) => recordLabel({ network, containerId, ifName })),
  );
  return { readable, unreadable: files.filter((file) => !names.has(file)) };
}

/** The names of files that cannot be read as entries and that may be of a container on one of these networks. */
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
 * The interfaces that unreadable files may stand for. Names run into each other where ids have dashes, so a rest with
 * a dash in it may as well belong to another container.
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
