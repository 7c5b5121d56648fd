// Port of CheckNetworkList in Go's libcni/api.go.
import { LibcniError } from '../errors/libcni-error.js';
import { readCachedResult } from './cache/read-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { Operation, type VerbOptions } from './operation.js';
import { stdinWriter } from './plugin-stdin.js';
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
  validateAttachment(list.name, rt);
  requireCheck(list, rt);
  if (list.disableCheck) return;
  const prevResult = await readCachedResult(context, { network: list.name, cniVersion: list.cniVersion, rt });
  const stdinFor = stdinWriter({ ...list, prevResult, rt });
  const verbRun = new VerbRun({ context, operation, verb: 'CHECK', network: list.name, rt });
  for (const plugin of list.plugins) await verbRun.run(plugin, stdinFor(plugin));
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
