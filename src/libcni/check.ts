// Port of CheckNetworkList in Go's libcni/api.go.
import { LibcniError } from '../errors/libcni-error.js';
import { giveWay } from '../files/give-way.js';
import { readCachedRecord } from './cache/read-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { type HostNetnsOption, netnsFault, refuseHostNetns, refuseOtherNetns } from './netns-before.js';
import { Operation, type VerbOptions } from './operation.js';
import { type StdinWriter, stdinWriter } from './plugin-stdin.js';
import { warnOfAmbiguousArgs } from './request-warnings.js';
import { type RuntimeConf, validateAttachment } from './runtime-conf.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** Options of CHECK. */
export interface CheckOptions extends VerbOptions, HostNetnsOption {}

/** Runs CHECK for every plugin of a list, with the cached result. */
export async function checkNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
  options: CheckOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  operation.next();
  const prepared = await prepareCheck(context, list, rt);
  if (prepared === undefined) return;
  warnOfAmbiguousArgs(context, { list, rt });
  const { stdinFor, netnsIdentity } = prepared;
  const look = await context.look({ path: rt.netns, ...operation.next() });
  refuseHostNetns(look, rt.netns, options);
  refuseOtherNetns(look, rt.netns, netnsIdentity);
  const verbRun = new VerbRun({ context, operation, verb: 'CHECK', network: list.name, rt });
  try {
    for (const plugin of list.plugins) await verbRun.run(plugin, await stdinFor(plugin));
  } catch (error) {
    throw netnsFault(error, { path: rt.netns, look }) ?? error;
  }
}

/** What a CHECK needs. */
export interface CheckPreparation {
  readonly stdinFor: StdinWriter;
  /** The identity of the namespace that the attachment was made in. */
  readonly netnsIdentity: string | undefined;
}

/**
 * What CHECK passes to plugins; `undefined` if the list disables it.
 *
 * @throws LibcniError if it cannot start
 */
export async function prepareCheck(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
): Promise<CheckPreparation | undefined> {
  validateAttachment(list.name, rt);
  requireCheck(list, rt);
  if (list.disableCheck) return undefined;
  const record = await readCachedRecord(context, { network: list.name, cniVersion: list.cniVersion, rt });
  await giveWay();
  const stdinFor = stdinWriter({ ...list, prevResult: record?.result, rt });
  return { stdinFor, netnsIdentity: record?.netnsIdentity };
}

function requireCheck({ name, cniVersion }: NetworkConfigList, { containerId, ifName }: RuntimeConf): void {
  if (isAtLeast(cniVersion, '0.4.0')) return;
  throw new LibcniError('ERR_CHECK_UNSUPPORTED', `version "${cniVersion}" does not have CHECK`, {
    value: cniVersion,
    verb: 'CHECK',
    network: name,
    containerId,
    ifName,
  });
}
