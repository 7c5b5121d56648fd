import { PluginError } from '../../errors/plugin-error.js';
import type { CNIConfig } from '../../libcni/index.js';
import type { Attachment } from '../attachment.js';
import { mappedPorts } from '../records/port-owners.js';
import type { OperatorOptions } from '../request/request.js';

/** What is known about such a fault. */
export const OLD_PORTMAP =
  'portmap of a release from before CNI 1.1.0 also finds faults in mapped ports that work; a newer release is reliable';

/** Whether a CHECK failed in a `portmap` whose CHECK of mapped ports is unreliable. */
export async function isOldPortmap(
  cni: CNIConfig,
  { error, target: { list, rt } }: { readonly error: Error; readonly target: Attachment },
  { signal, timeoutMs }: OperatorOptions,
): Promise<boolean> {
  const isOfPortmap =
    error instanceof PluginError && error.plugin === 'portmap' && error.reason === 'reported';
  if (!isOfPortmap || mappedPorts(list, rt.capabilityArgs).length === 0) return false;
  const info = await cni.getVersionInfo('portmap', { signal, timeoutMs }).catch(() => undefined);
  return info !== undefined && !info.supportedVersions.includes('1.1.0');
}
