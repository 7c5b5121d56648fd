import { hasHostNetwork, type PodSandboxConfig } from './pod-sandbox-config.js';

/** The longest host name that the kernel accepts. */
const LONGEST_HOSTNAME = 64;

/** The host name of the pod; `undefined` if it has that of the host. */
export function hostnameOf(config: PodSandboxConfig): string | undefined {
  if (config.hostname) return config.hostname;
  if (hasHostNetwork(config)) return undefined;
  return config.metadata.name.slice(0, LONGEST_HOSTNAME).replace(/[.-]+$/, '');
}
