import { LibcniError } from '../errors/libcni-error.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { declaredCapabilities } from './plugin-stdin.js';
import type { RuntimeConf } from './runtime-conf.js';

/**
 * Warns of capability arguments that no plugin of the list declares, so that no plugin gets them.
 *
 * @throws LibcniError `ERR_CONF_INVALID` instead, if the context is strict.
 */
export function reportUnusedCapabilities(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
): void {
  if (context.strict) refuseUnusedCapabilities(list, rt);
  const capabilities = unusedCapabilities(list, rt);
  if (capabilities.length === 0) return;
  const message = describeUnused(list, capabilities);
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

/** @throws LibcniError `ERR_CONF_INVALID` for capability arguments that no plugin of the list declares. */
export function refuseUnusedCapabilities(list: NetworkConfigList, rt: RuntimeConf): void {
  const capabilities = unusedCapabilities(list, rt);
  if (capabilities.length === 0) return;
  const { containerId, ifName } = rt;
  const where = { value: capabilities, network: list.name, containerId, ifName };
  throw new LibcniError('ERR_CONF_INVALID', describeUnused(list, capabilities), where);
}

function unusedCapabilities(list: NetworkConfigList, { capabilityArgs = {} }: RuntimeConf): string[] {
  const declared = new Set(list.plugins.flatMap(declaredCapabilities));
  const given = Object.entries(capabilityArgs).filter(([, value]) => value !== null && value !== undefined);
  return given.map(([name]) => name).filter((name) => !declared.has(name));
}

function describeUnused({ name }: NetworkConfigList, capabilities: readonly string[]): string {
  return `no plugin of network ${name} declares ${capabilities.join(', ')}`;
}
