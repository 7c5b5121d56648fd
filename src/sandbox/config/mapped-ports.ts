import type { PortMapping } from '../../operator/index.js';
import { hasHostNetwork, type PodSandboxConfig } from './pod-sandbox-config.js';

/** The host ports that are mapped to the pod, in the form of the capability `portMappings`. */
export function mappedPorts(config: PodSandboxConfig): PortMapping[] {
  if (hasHostNetwork(config)) return [];
  return (config.portMappings ?? []).flatMap(({ hostPort = 0, containerPort, protocol = 'tcp', hostIP }) => {
    if (hostPort === 0 || !isProtocol(protocol)) return [];
    return [{ hostPort, containerPort, protocol, ...(hostIP && { hostIP }) }];
  });
}

function isProtocol(protocol: string): protocol is PortMapping['protocol'] {
  return ['tcp', 'udp', 'sctp'].includes(protocol);
}
