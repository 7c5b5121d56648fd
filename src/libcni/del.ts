// Port of DelNetworkList in Go's libcni/api.go.

import { cacheFile } from './cache/cache-path.js';
import { readCachedResultOrSetAside } from './cache/set-aside.js';
import { removeCache } from './cache/write-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { Operation, type VerbOptions } from './operation.js';
import { pluginStdin } from './plugin-stdin.js';
import type { Result } from './result/types.js';
import { runPlugin } from './run-plugin.js';
import type { RuntimeConf } from './runtime-conf.js';
import { isAtLeast } from './version.js';

/** Runs DEL for every plugin of a list in reverse, with the cached result, and forgets the attachment. */
export async function delNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
  options: VerbOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  cacheFile({ cacheDir: context.cacheDir, network: list.name, rt });
  const prevResult = await resultForDel(context, list, rt);
  for (const plugin of [...list.plugins].reverse()) {
    const stdin = pluginStdin(plugin, { ...list, prevResult, rt });
    await runPlugin(context, { verb: 'DEL', plugin, network: list.name, rt, stdin }, operation);
  }
  await removeCache(context, { network: list.name, rt });
}

/** The cached result in the version of the configuration; DEL gets one since 0.4.0. */
async function resultForDel(
  context: CniContext,
  { name, cniVersion }: NetworkConfigList,
  rt: RuntimeConf,
): Promise<Result | undefined> {
  if (!isAtLeast(cniVersion, '0.4.0')) return undefined;
  return await readCachedResultOrSetAside(context, { network: name, cniVersion, rt });
}
