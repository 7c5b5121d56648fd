// Port of DelNetworkList in Go's libcni/api.go.

import { cacheFile } from './cache/cache-path.js';
import { type EntryForDel, readCachedResultOrSetAside } from './cache/set-aside.js';
import { removeCache } from './cache/write-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { Operation, type VerbOptions } from './operation.js';
import { stdinWriter } from './plugin-stdin.js';
import { convertResult } from './result/convert.js';
import { asCniVersion } from './result/create-result.js';
import type { Result } from './result/types.js';
import { formatCniArgs, type RuntimeConf } from './runtime-conf.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** Options of DEL. */
export interface DelOptions extends VerbOptions {
  /** The result of ADD where the cache has none, for example of an ADD that was cut short. @default none */
  readonly prevResult?: Result | undefined;
}

/** Runs DEL for every plugin of a list in reverse, with the cached result, and forgets the attachment. */
export async function delNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
  options: DelOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  operation.next();
  cacheFile({ cacheDir: context.cacheDir, network: list.name, rt });
  // What no plugin can be given must not cost an unreadable entry its place.
  formatCniArgs(rt.args);
  const { result: recorded, isStuck } = await recordedResult(context, list, rt);
  const prevResult = recorded ?? resultInVersion(options.prevResult, list.cniVersion);
  const stdinFor = stdinWriter({ ...list, prevResult, rt });
  const verbRun = new VerbRun({ context, operation, verb: 'DEL', network: list.name, rt });
  for (const plugin of [...list.plugins].reverse()) await verbRun.run(plugin, stdinFor(plugin));
  if (!isStuck) await removeCache(context, { network: list.name, rt }, { isOwn: recorded !== undefined });
}

/** The cached result in the version of the configuration. */
async function recordedResult(
  context: CniContext,
  { name, cniVersion }: NetworkConfigList,
  rt: RuntimeConf,
): Promise<EntryForDel> {
  if (!hasResult(cniVersion)) return {};
  return await readCachedResultOrSetAside(context, { network: name, cniVersion, rt });
}

function resultInVersion(result: Result | undefined, cniVersion: string): Result | undefined {
  return result && hasResult(cniVersion) ? convertResult(result, cniVersion) : undefined;
}

/** DEL gets one since 0.4.0. A version that the library does not speak has none; that is not the fault of an entry. */
function hasResult(cniVersion: string): boolean {
  return isAtLeast(cniVersion, '0.4.0') && asCniVersion(cniVersion) !== undefined;
}
