// Port of CheckNetworkList in Go's libcni/api.go.
import { LibcniError } from '../errors/libcni-error.js';
import { readCachedResult } from './cache/read-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { Operation, type VerbOptions } from './operation.js';
import { type StdinWriter, stdinWriter } from './plugin-stdin.js';
import { warnOfAmbiguousArgs } from './request-warnings.js';
import { type RuntimeConf, validateAttachment } from './runtime-conf.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** Runs CHECK for every plugin of a list, with the cached result. */
export async function checkNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
  options: VerbOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  operation.next();
  const stdinFor = await prepareCheck(context, list, rt);
  if (stdinFor === undefined) return;
  warnOfAmbiguousArgs(context, { list, rt });
  const verbRun = new VerbRun({ context, operation, verb: 'CHECK', network: list.name, rt });
  for (const plugin of list.plugins) await verbRun.run(plugin, stdinFor(plugin));
}

/**
 * What CHECK gives its plugins; `undefined` where the list disables it.
 *
 * @throws LibcniError where it cannot be begun
 */
export async function prepareCheck(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
): Promise<StdinWriter | undefined> {
  validateAttachment(list.name, rt);
  requireCheck(list, rt);
  if (list.disableCheck) return undefined;
  const prevResult = await readCachedResult(context, { network: list.name, cniVersion: list.cniVersion, rt });
  return stdinWriter({ ...list, prevResult, rt });
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
