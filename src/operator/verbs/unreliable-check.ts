import { PluginError } from '../../errors/plugin-error.js';
import type { CNIConfig, NetworkConfigList, RuntimeConf } from '../../libcni/index.js';
import { mappedPorts } from '../records/port-owners.js';
import type { OperatorOptions } from '../request/request.js';

const OLD_PORTMAP =
  'portmap of a release from before CNI 1.1.0 also finds faults in mapped ports that work; a newer release is reliable';

/** A CHECK that failed. */
interface FailedCheck {
  readonly list: NetworkConfigList;
  readonly rt: Pick<RuntimeConf, 'capabilityArgs'>;
  readonly error: unknown;
}

/** Why the fault that a CHECK found may be none: the CHECK of mapped ports of an old `portmap`. */
export async function whyUnreliable(
  cni: CNIConfig,
  { list, rt, error }: FailedCheck,
  { signal, timeoutMs }: OperatorOptions,
): Promise<string | undefined> {
  const isOfPortmap =
    error instanceof PluginError && error.plugin === 'portmap' && error.reason === 'reported';
  if (!isOfPortmap || mappedPorts(list, rt.capabilityArgs).length === 0) return undefined;
  const info = await cni.getVersionInfo('portmap', { signal, timeoutMs }).catch(() => undefined);
  return info === undefined || info.supportedVersions.includes('1.1.0') ? undefined : OLD_PORTMAP;
}
