import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import type { PortMapping } from '../../operator/index.js';
import type { ParsedPort } from '../requests/connect-request.js';

/** The ephemeral ports of the kernel. */
const TRIES = 20;

/**
 * Replaces port 0 of the host by a free port.
 *
 * @throws LibcniError `ERR_CONFLICT` for a port that a process of the host listens on
 */
export async function chooseHostPorts(ports: readonly ParsedPort[]): Promise<PortMapping[]> {
  const chosen: PortMapping[] = [];
  for (const [index, { hostPort, ...port }] of ports.entries()) {
    if (hostPort > 0) {
      await refuseListening({ ...port, hostPort }, index);
      chosen.push({ ...port, hostPort });
    } else {
      chosen.push({ ...port, hostPort: await freePort(port, chosen) });
    }
  }
  return chosen;
}

async function refuseListening(port: PortMapping, index: number): Promise<void> {
  if (await isFree(port)) return;
  const { hostIP = '*', hostPort, protocol } = port;
  const summary = `host port ${hostIP}:${hostPort}/${protocol} is in use by a process of the host: choose another one, or 0 for any free port`;
  throw new LibcniError('ERR_CONFLICT', summary, { jsonPath: `$.ports[${index}].hostPort`, value: hostPort });
}

async function freePort(port: Omit<PortMapping, 'hostPort'>, taken: readonly PortMapping[]): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const hostPort = await listen({ ...port, hostPort: 0 }, port.hostIP ?? '0.0.0.0');
    const isNew = !taken.some((other) => other.hostPort === hostPort);
    if (hostPort !== undefined && isNew && (await isFree({ ...port, hostPort }))) return hostPort;
  }
  throw new LibcniError(
    'ERR_EXHAUSTED',
    `no free port of the host was found for ${port.containerPort}/${port.protocol}`,
  );
}

/** No address means both families. On a host without IPv6, nobody listens there. */
async function isFree(port: PortMapping): Promise<boolean> {
  const addresses = port.hostIP === undefined ? ['0.0.0.0', '::'] : [port.hostIP];
  for (const address of addresses) if ((await listen(port, address)) === undefined) return false;
  return true;
}

/** @returns the port that it could listen on, `undefined` if somebody else listens */
async function listen({ protocol, hostPort }: PortMapping, address: string): Promise<number | undefined> {
  try {
    return protocol === 'udp' ? await listenUdp(hostPort, address) : await listenTcp(hostPort, address);
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    // Nobody listens on an address that the host does not have yet, or in a family that it lacks.
    if (hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'EINVAL')) return hostPort;
    throw error;
  }
}

async function listenTcp(port: number, host: string): Promise<number> {
  const server = createServer();
  try {
    server.listen({ port, host, ipv6Only: host.includes(':') });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } finally {
    server.close();
  }
}

async function listenUdp(port: number, address: string): Promise<number> {
  const socket = createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    ipv6Only: address.includes(':'),
  });
  try {
    socket.bind({ port, address, exclusive: true });
    await once(socket, 'listening');
    return socket.address().port;
  } finally {
    socket.close();
  }
}
