import type { NetworkConfigList } from '../../libcni/index.js';
import { declaredCapabilities } from '../../libcni/plugin-stdin.js';

/** The capability of plugins that want all annotations of a pod (cri-o, containerd). */
const POD_ANNOTATIONS = 'io.kubernetes.cri.pod-annotations';

/** The annotations as a capability argument, for a network with a plugin that wants them. */
export function podAnnotationsFor(
  list: NetworkConfigList,
  annotations: Readonly<Record<string, string>>,
): Record<string, unknown> {
  if (Object.keys(annotations).length === 0) return {};
  const isWanted = list.plugins.some((plugin) => declaredCapabilities(plugin).includes(POD_ANNOTATIONS));
  return isWanted ? { [POD_ANNOTATIONS]: annotations } : {};
}
