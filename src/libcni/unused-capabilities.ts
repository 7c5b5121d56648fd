import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { declaredCapabilities } from './plugin-stdin.js';
import type { RuntimeConf } from './runtime-conf.js';

/** Warns of capability arguments that no plugin of the list declares, and that therefore reach nobody. */
export function reportUnusedCapabilities(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
): void {
  const declared = new Set(list.plugins.flatMap(declaredCapabilities));
  const capabilities = Object.keys(rt.capabilityArgs ?? {}).filter((name) => !declared.has(name));
  if (capabilities.length === 0) return;
  const message = `no plugin of network ${list.name} declares ${capabilities.join(', ')}`;
  const { containerId, ifName } = rt;
  context.warn({
    code: 'UNUSED_CAPABILITY_ARGS',
    message,
    network: list.name,
    containerId,
    ifName,
    capabilities,
  });
}
