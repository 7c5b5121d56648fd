import type { PortMapping } from '../../operator/index.js';

/** Ports in the form of `--ports`. */
export function portsText(ports: readonly PortMapping[]): string {
  return ports.map(portText).join(',');
}

function portText({ hostIP, hostPort, containerPort, protocol = 'tcp' }: PortMapping): string {
  const address = hostIP === undefined ? '' : `${hostIP.includes(':') ? `[${hostIP}]` : hostIP}:`;
  return `${address}${hostPort}:${containerPort}/${protocol}`;
}
