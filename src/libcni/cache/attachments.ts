// Port of GetCachedAttachments in Go's libcni/api.go.
import { join } from 'node:path';
import { stateFailure } from '../../errors/state-failure.js';
import { isShortage } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import type { StateFolder } from '../../files/state-folder.js';
import type { RuntimeConf } from '../runtime-conf.js';
import { type CacheKey, resultsFolder } from './cache-path.js';
import { type CacheEntry, entryFromJson } from './entry.js';

/** One attachment of a container to a network, as the cache records it. */
export interface NetworkAttachment {
  readonly containerId: string;
  readonly network: string;
  readonly ifName: string;
  /** The network's configuration at the time of ADD, as JSON. */
  readonly config: string;
  readonly netns: string;
  /**
   * The identity of its namespace; `undefined` if there was none, or another program made the attachment.
   */
  readonly netnsIdentity?: string | undefined;
  readonly cniArgs: RuntimeConf['args'];
  readonly capabilityArgs: Readonly<Record<string, unknown>> | undefined;
}

/** What is known about an entry before reading it. */
export interface WantedEntries {
  readonly name?: (file: string) => boolean;
  readonly text?: (text: string) => boolean;
}

/**
 * The attachments in the cache, in the order of their file names; with an id, only those of that container. Files that
 * are not cache entries are skipped.
 *
 * @throws LibcniError `ERR_PERMISSION` if the folder or a file may not be read, `ERR_CACHE` if the folder cannot be read for
 * another reason, or the process has no file descriptor left.
 */
export async function listCachedAttachments(
  cache: Pick<CacheKey, 'cacheDir' | 'foreignFolders'>,
  containerId = '',
  wanted: WantedEntries = {},
): Promise<NetworkAttachment[]> {
  const folder = resultsFolder(cache);
  const names = (await readNames(folder))
    .filter((name) => mayBelongTo(name, containerId) && (wanted.name?.(name) ?? true))
    .sort();
  const attachments: NetworkAttachment[] = [];
  for (const name of names) {
    await giveWay();
    const found = readAttachment({ folder, name, wanted });
    if (found !== undefined && belongsTo(found, containerId)) attachments.push(found);
  }
  return attachments;
}

async function readNames(folder: StateFolder): Promise<string[]> {
  try {
    return await folder.list();
  } catch (cause) {
    throw stateFailure('cache folder cannot be read', { file: folder.path, cause });
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

interface EntryFile {
  readonly folder: StateFolder;
  readonly name: string;
  readonly wanted: WantedEntries;
}

function readAttachment({ folder, name, wanted }: EntryFile): NetworkAttachment | undefined {
  try {
    const text = folder.readListed(name);
    if (text === undefined || wanted.text?.(text) === false) return undefined;
    const entry = entryFromJson(JSON.parse(text));
    return entry && entry.ifName !== '' && entry.networkName !== '' ? toAttachment(entry) : undefined;
  } catch (cause) {
    const file = join(folder.path, name);
    const failure = stateFailure('cache entry cannot be read', { file, cause });
    if (isShortage(cause) || failure.code === 'ERR_PERMISSION') throw failure;
    // Detached meanwhile, or not an entry. DEL reports unreadable entries when it finds them.
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
