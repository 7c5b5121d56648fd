import { hasHostNetwork, type PodSandboxConfig } from './pod-sandbox-config.js';

/** What the kernel takes as the name of a host. */
const LONGEST_HOSTNAME = 64;

/** The name of the host that the pod has; `undefined` where it has that of the host. */
export function hostnameOf(config: PodSandboxConfig): string | undefined {
  if (config.hostname) return config.hostname;
  if (hasHostNetwork(config)) return undefined;
  return config.metadata.name.slice(0, LONGEST_HOSTNAME).replace(/[.-]+$/, '');
}
