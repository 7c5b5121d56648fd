// Port of getCachedResult and getCachedConfig in Go's libcni/api.go.
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { codeForCause, reasonOf } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import type { CniContext } from '../context.js';
import { keyFolder } from '../json/fold-keys.js';
import { isJsonObject, parseSyntax } from '../json/parse-json.js';
import { checkNumbers } from '../json/write-json.js';
import { convertChecked } from '../result/convert.js';
import { resultFromJson } from '../result/create-result.js';
import { resultFromJsonInTurns } from '../result/result-in-turns.js';
import type { Result } from '../result/types.js';
import type { RuntimeConf } from '../runtime-conf.js';
import { cacheFile, cacheName, resultsFolder } from './cache-path.js';
import { type CacheEntry, entryFromJson } from './entry.js';

/** An attachment to look up. */
export interface AttachmentLookup {
  readonly network: string;
  readonly rt: RuntimeConf;
}

/** A result to look up. */
export interface CacheLookup extends AttachmentLookup {
  /** The version to convert the result to. */
  readonly cniVersion: string;
}

/** The configuration and arguments that an attachment was made with. */
export interface CachedConfig {
  /** The network's configuration as JSON. */
  readonly config: string;
  readonly rt: RuntimeConf;
}

/**
 * The result of an attachment's ADD, in the requested version; `undefined` if the cache has no entry. Also reads files
 * that hold only a result, as libraries before cniCacheV1 wrote them.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the entry cannot be read, `ERR_VERSION` if it cannot be
 * converted to that version.
 */
export async function readCachedResult(
  context: CniContext,
  lookup: CacheLookup,
): Promise<Result | undefined> {
  return (await readCachedRecord(context, lookup))?.result;
}

/** What an ADD has recorded. */
export interface CachedRecord {
  readonly result: Result;
  /** The identity of the namespace that it was made in. */
  readonly netnsIdentity: string | undefined;
  readonly capabilityArgs: CacheEntry['capabilityArgs'];
}

/** The same with the namespace and the capability arguments. @throws LibcniError as {@link readCachedResult} does */
export async function readCachedRecord(
  context: CniContext,
  lookup: CacheLookup,
): Promise<CachedRecord | undefined> {
  await giveWay();
  const found = await readEntry(context, lookup);
  if (found === undefined) return undefined;
  await giveWay();
  const result = await readResultInTurns(found);
  try {
    const { netnsIdentity, capabilityArgs } = found.entry ?? {};
    return { result: convertChecked(result, lookup.cniVersion), netnsIdentity, capabilityArgs };
  } catch (cause) {
    const isVersion = isOwnError(cause) && cause.code === 'ERR_VERSION';
    throw isVersion ? cause : unreadable(found.file, cause);
  }
}

async function readResultInTurns(found: FoundEntry): Promise<Result> {
  try {
    return await resultFromJsonInTurns(resultIn(found));
  } catch (cause) {
    throw unreadable(found.file, cause);
  }
}

function readResult(found: FoundEntry): Result {
  try {
    return resultFromJson(resultIn(found));
  } catch (cause) {
    throw unreadable(found.file, cause);
  }
}

/**
 * The configuration and arguments of an attachment; `undefined` if the cache has no entry. Capability arguments are
 * always those of the entry; arguments only if it has some.
 *
 * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`
 */
export async function readCachedConfig(
  context: CniContext,
  lookup: AttachmentLookup,
): Promise<CachedConfig | undefined> {
  const found = await readEntry(context, lookup);
  if (found === undefined) return undefined;
  if (found.entry === undefined)
    throw unreadable(found.file, new Error('it holds a result and no configuration'));
  const { config, args, capabilityArgs } = found.entry;
  return { config, rt: { ...lookup.rt, ...(args && { args }), capabilityArgs } };
}

/** Where an attachment was made, and with which capability arguments. */
export type AttachmentOrigin = Pick<CacheEntry, 'netns' | 'netnsIdentity' | 'capabilityArgs'>;

/**
 * Where and with what an attachment was made; `undefined` if the cache has no entry.
 *
 * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`; `ERR_CONFLICT` if another attachment has the cache file.
 */
export function readOrigin(context: CniContext, lookup: AttachmentLookup): AttachmentOrigin | undefined {
  const found = readFile(context, lookup);
  if (found === undefined) return undefined;
  if (found.entry === undefined) return { netns: '', netnsIdentity: undefined, capabilityArgs: undefined };
  if (isOfAnother(found.entry, lookup)) {
    throw new LibcniError('ERR_CONFLICT', describeOther(found.entry), { file: found.file });
  }
  return found.entry;
}

/**
 * Whose entry is in the place of an attachment's own; `undefined` if it is its own or there is none. The file name joins
 * network, container and interface, so two attachments can have the same.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the entry, or the result in it, cannot be read in any version.
 */
export function readEntryOfAnother(context: CniContext, lookup: AttachmentLookup): string | undefined {
  const found = readFile(context, lookup);
  if (found === undefined) return undefined;
  if (found.entry && isOfAnother(found.entry, lookup)) return describeOther(found.entry);
  readResult(found);
  return undefined;
}

/** A name missing from the entry counts as equal. Lone surrogates are replaced in files and in their names. */
function isOfAnother(entry: CacheEntry, { network, rt }: AttachmentLookup): boolean {
  const { networkName, containerId, ifName } = entry;
  const differs = (recorded: string, asked: string) =>
    recorded !== '' && recorded.toWellFormed() !== asked.toWellFormed();
  return differs(networkName, network) || differs(containerId, rt.containerId) || differs(ifName, rt.ifName);
}

function describeOther({ networkName, containerId, ifName }: CacheEntry): string {
  return `the cache file belongs to container ${containerId} on network ${networkName} and interface ${ifName}`;
}

interface FoundEntry {
  readonly file: string;
  readonly parsed: unknown;
  /** Absent if the file holds only a result. */
  readonly entry: CacheEntry | undefined;
}

function resultIn({ parsed, entry }: FoundEntry): unknown {
  return entry === undefined ? parsed : entry.result;
}

/** The entry of the attachment itself. */
async function readEntry(context: CniContext, lookup: AttachmentLookup): Promise<FoundEntry | undefined> {
  const found = readFile(context, lookup);
  return found?.entry && isOfAnother(found.entry, lookup) ? undefined : found;
}

function readFile(
  context: Pick<CniContext, 'cacheDir' | 'foreignFolders'>,
  { network, rt }: AttachmentLookup,
): FoundEntry | undefined {
  const { cacheDir, foreignFolders } = context;
  const file = cacheFile({ cacheDir, network, rt });
  try {
    const bytes = resultsFolder({ cacheDir, foreignFolders, rt }).read(cacheName({ network, rt }));
    if (bytes === undefined) return undefined;
    const parsed = parseSyntax(bytes.toString(), { what: 'cache entry' });
    checkNumbers(parsed, 'cache entry');
    const entry = entryFromJson(parsed);
    if (entry === undefined && !isLegacyResult(parsed))
      throw new Error('it is not an entry of kind cniCacheV1');
    return { file, parsed, entry };
  } catch (cause) {
    if (isOwnError(cause) && cause.code === 'ERR_PERMISSION') throw cause;
    throw unreadable(file, cause);
  }
}

const foldKind = keyFolder(['kind']);

/** Before cniCacheV1, a file held only the result. */
function isLegacyResult(parsed: unknown): boolean {
  return isJsonObject(parsed) && !Object.hasOwn(foldKind(parsed), 'kind');
}

function unreadable(file: string, cause: unknown): LibcniError {
  const why = isOwnError(cause) ? cause.message : reasonOf(cause);
  return new LibcniError(codeForCause(cause, 'ERR_CACHE'), `cache entry is unreadable: ${why}`, {
    file,
    cause,
  });
}
