import type { PortMapping } from '../../operator/index.js';

/** Ports as `--ports` takes them. */
export function portsText(ports: readonly PortMapping[]): string {
  return ports.map(portText).join(',');
}

function portText({ hostIP, hostPort, containerPort, protocol = 'tcp' }: PortMapping): string {
  const address = hostIP === undefined ? '' : `${hostIP.includes(':') ? `[${hostIP}]` : hostIP}:`;
  return `${address}${hostPort}:${containerPort}/${protocol}`;
}
