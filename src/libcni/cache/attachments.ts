// Port of GetCachedAttachments in Go's libcni/api.go.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode, isShortage } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { readLocalFile } from '../../files/read-local-file.js';
import { isTemporary } from '../../files/temporary-name.js';
import type { RuntimeConf } from '../runtime-conf.js';
import { cacheFolder } from './cache-path.js';
import { type CacheEntry, entryFromJson } from './entry.js';

/** One attachment of a container to a network, as the cache records it. */
export interface NetworkAttachment {
  readonly containerId: string;
  readonly network: string;
  readonly ifName: string;
  /** The text of the network's configuration at the time of ADD. */
  readonly config: string;
  readonly netns: string;
  /**
   * Which namespace it was made in, as text; `undefined` where there was none, or another program made the attachment.
   */
  readonly netnsIdentity?: string | undefined;
  readonly cniArgs: RuntimeConf['args'];
  readonly capabilityArgs: RuntimeConf['capabilityArgs'];
}

/** What can be told of an entry before it is read. */
export interface WantedEntries {
  readonly name?: (file: string) => boolean;
  readonly bytes?: (bytes: Buffer) => boolean;
}

/**
 * The attachments that the cache holds, in the order of their file names; those of one container where an id is
 * given. Files that are no cache entries are passed over.
 *
 * @throws LibcniError `ERR_CACHE` where the folder cannot be read, or the process has no descriptor left to read a file.
 */
export async function listCachedAttachments(
  cacheDir: string | undefined,
  containerId = '',
  wanted: WantedEntries = {},
): Promise<NetworkAttachment[]> {
  const folder = join(cacheFolder({ cacheDir }), 'results');
  const names = (await readNames(folder))
    .filter((name) => mayBelongTo(name, containerId) && (wanted.name?.(name) ?? true))
    .sort();
  const attachments: NetworkAttachment[] = [];
  for (const name of names) {
    await giveWay();
    const found = readAttachment(join(folder, name), wanted);
    if (found !== undefined && belongsTo(found, containerId)) attachments.push(found);
  }
  return attachments;
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !isTemporary(name));
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return [];
    throw new LibcniError('ERR_CACHE', 'cache folder cannot be read', { file: folder, cause });
  }
}

/** The name is checked before the file is opened, since a cache may hold thousands. */
function mayBelongTo(name: string, containerId: string): boolean {
  if (containerId === '') return true;
  const part = `-${containerId}-`;
  const position = name.indexOf(part);
  return position > 0 && position + part.length < name.length;
}

function belongsTo({ containerId }: NetworkAttachment, wanted: string): boolean {
  return wanted === '' || containerId === wanted;
}

function readAttachment(file: string, { bytes: isWanted }: WantedEntries): NetworkAttachment | undefined {
  try {
    const bytes = readLocalFile(file);
    if (isWanted?.(bytes) === false) return undefined;
    const entry = entryFromJson(JSON.parse(bytes.toString()));
    return entry && entry.ifName !== '' && entry.networkName !== '' ? toAttachment(entry) : undefined;
  } catch (cause) {
    if (isShortage(cause)) throw new LibcniError('ERR_CACHE', 'cache entry cannot be read', { file, cause });
    // Detached in the meantime, or not an entry: DEL reports unreadable ones when it meets them.
    return undefined;
  }
}

function toAttachment(entry: CacheEntry): NetworkAttachment {
  return {
    containerId: entry.containerId,
    network: entry.networkName,
    ifName: entry.ifName,
    config: entry.config,
    netns: entry.netns,
    ...(entry.netnsIdentity !== undefined && { netnsIdentity: entry.netnsIdentity }),
    cniArgs: entry.args,
    capabilityArgs: entry.capabilityArgs,
  };
}
