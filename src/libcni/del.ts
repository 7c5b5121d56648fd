// Port of DelNetworkList in Go's libcni/api.go.

import { giveWay } from '../files/give-way.js';
import { type AttachmentLookup, type CacheLookup, readOrigin } from './cache/read-cache.js';
import { type EntryForDel, readCachedResultOrSetAside } from './cache/set-aside.js';
import { removeCache } from './cache/write-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import type { HostNetnsOption } from './netns-before.js';
import { rtForDel } from './netns-for-del.js';
import { Operation, type OperationOptions, type VerbOptions } from './operation.js';
import { stdinWriter } from './plugin-stdin.js';
import { warnBeforeDel } from './request-warnings.js';
import { convertResult } from './result/convert.js';
import { asCniVersion } from './result/create-result.js';
import type { Result } from './result/types.js';
import { type RuntimeConf, validateAttachment } from './runtime-conf.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** Options of DEL. */
export interface DelOptions extends VerbOptions, HostNetnsOption {
  /** The result of ADD, if the cache has none, for example after an interrupted ADD. @default none */
  readonly prevResult?: Result | undefined;
}

/** Runs DEL for every plugin of a list in reverse, with the cached result, and forgets the attachment. */
export async function delNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  given: RuntimeConf,
  options: DelOptions & Pick<OperationOptions, 'seen'> = {},
): Promise<void> {
  const operation = new Operation(options);
  operation.next();
  const request = { list, rt: given, readEntry: readCachedResultOrSetAside };
  const { result: recorded, netnsIdentity, capabilityArgs, isStuck } = await prepareDel(context, request);
  const { hostNetns, seen } = options;
  const leaving = { network: list.name, rt: given, netnsIdentity, hostNetns, seen };
  const { rt, isWithoutNetns } = await rtForDel(context, leaving, operation.next());
  const prevResult = recorded ?? resultInVersion(options.prevResult, list.cniVersion);
  await giveWay();
  const stdinFor = stdinWriter({ ...list, prevResult, rt });
  warnBeforeDel(context, { list, rt, isWithoutNetns, recordedArgs: capabilityArgs });
  const verbRun = new VerbRun({ context, operation, verb: 'DEL', network: list.name, rt });
  for (const plugin of [...list.plugins].reverse()) await verbRun.run(plugin, await stdinFor(plugin));
  operation.guard();
  if (!isStuck) await removeCache(context, { network: list.name, rt }, { isOwn: recorded !== undefined });
}

/** A DEL that is about to start. */
export interface DelRequest {
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
  /** Reads the cached result, and handles an unreadable entry. */
  readonly readEntry: (context: CniContext, lookup: CacheLookup) => Promise<EntryForDel>;
}

/**
 * Reads the cached result for a DEL, in the version of the configuration.
 *
 * @throws LibcniError if the DEL cannot start
 */
export async function prepareDel(
  context: CniContext,
  { list: { name: network, cniVersion }, rt, readEntry }: DelRequest,
): Promise<EntryForDel> {
  validateAttachment(network, rt);
  return hasResult(cniVersion)
    ? await readEntry(context, { network, cniVersion, rt })
    : recordedOrigin(context, { network, rt });
}

/** An entry that is unreadable or belongs to another attachment tells nothing. */
function recordedOrigin(context: CniContext, lookup: AttachmentLookup): EntryForDel {
  try {
    const { netnsIdentity, capabilityArgs } = readOrigin(context, lookup) ?? {};
    return { netnsIdentity, capabilityArgs };
  } catch {
    return {};
  }
}

function resultInVersion(result: Result | undefined, cniVersion: string): Result | undefined {
  return result && hasResult(cniVersion) ? convertResult(result, cniVersion) : undefined;
}

/** DEL gets a result since 0.4.0. A version unknown to the library has none, which is not a fault of the entry. */
function hasResult(cniVersion: string): boolean {
  return isAtLeast(cniVersion, '0.4.0') && asCniVersion(cniVersion) !== undefined;
}
