import { canonicalIp } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { keyFolder } from '../../libcni/json/fold-keys.js';
import { isJsonObject } from '../../libcni/json/parse-json.js';
import { type AttachmentKey, isSameAttachment, recordLabel } from '../attachment-key.js';

/** A port of the host that is mapped to a container. */
export interface HostPort {
  /** In canonical spelling; an empty string means every address. */
  readonly hostIP: string;
  readonly hostPort: number;
  readonly protocol: string;
  /** The port of the container; absent if unknown. */
  readonly containerPort?: number | undefined;
}

/** An attachment with its port mappings. */
export interface PortOwner extends AttachmentKey {
  readonly ports: readonly HostPort[];
  /** Whether it has no record yet: its ADD is running, was interrupted, or could not be undone. @default false */
  readonly isBegun?: boolean | undefined;
}

/** Other programs write these as Go spells its fields, and plugins read them in any case. */
const foldKeys = keyFolder(['hostPort', 'hostIP', 'protocol', 'containerPort']);

/** The host ports among capability arguments, whatever their origin. */
export function hostPortsOf(capabilityArgs: Readonly<Record<string, unknown>> | undefined): HostPort[] {
  const mappings = capabilityArgs?.portMappings;
  if (!Array.isArray(mappings)) return [];
  return mappings.flatMap((mapping: unknown) => {
    if (!isJsonObject(mapping)) return [];
    const { hostPort, hostIP, protocol, containerPort } = foldKeys(mapping);
    if (typeof hostPort !== 'number' || hostPort <= 0) return [];
    const address = canonicalIp(text(hostIP)) ?? text(hostIP);
    const found = { hostPort, hostIP: address, protocol: (text(protocol) || 'tcp').toLowerCase() };
    return [typeof containerPort === 'number' ? { ...found, containerPort } : found];
  });
}

/**
 * Refuses ports that another attachment has. A specific address also conflicts with a mapping on every address. A
 * container may map a port on several networks, if it maps to the same port of its own.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner.
 */
export function refuseTakenPorts(wanted: PortOwner, others: readonly PortOwner[]): void {
  const twice = mappedTwice(wanted.ports);
  if (twice !== undefined) throw conflict(wanted, twice, 'is mapped twice by this attachment');
  for (const owner of others) {
    if (isSameAttachment(owner, wanted)) continue;
    const isSame = owner.containerId === wanted.containerId;
    const excludes = (port: HostPort, other: HostPort) =>
      overlap(port, other) && !(isSame && port.containerPort === other.containerPort);
    const ofOwner = byPort(owner.ports);
    const taken = wanted.ports.find((port) => ofOwner(port).some((other) => excludes(port, other)));
    if (taken !== undefined) throw conflict(wanted, taken, describeOwner(owner));
  }
}

function mappedTwice(ports: readonly HostPort[]): HostPort | undefined {
  const before = new Map<number, HostPort[]>();
  return ports.find((port) => {
    const others = before.get(port.hostPort);
    if (others?.some((other) => overlap(port, other) && !isSamePort(port, other))) return true;
    if (others === undefined) before.set(port.hostPort, [port]);
    else others.push(port);
    return false;
  });
}

/** Finds ports with the same number: a pod may have thousands. */
function byPort(ports: readonly HostPort[]): (port: HostPort) => readonly HostPort[] {
  const found = new Map<number, HostPort[]>();
  for (const port of ports) {
    const others = found.get(port.hostPort);
    if (others === undefined) found.set(port.hostPort, [port]);
    else others.push(port);
  }
  return ({ hostPort }) => found.get(hostPort) ?? [];
}

function overlap(a: HostPort, b: HostPort): boolean {
  if (a.hostPort !== b.hostPort || a.protocol !== b.protocol) return false;
  if (isWildcard(a) || isWildcard(b)) return sameFamily(a, b);
  return a.hostIP === b.hostIP;
}

/** Repeating the same mapping does no harm. */
function isSamePort(a: HostPort, b: HostPort): boolean {
  return a.hostIP === b.hostIP && a.containerPort === b.containerPort && a.containerPort !== undefined;
}

function isWildcard({ hostIP }: HostPort): boolean {
  return hostIP === '' || hostIP === '0.0.0.0' || hostIP === '::';
}

/** `0.0.0.0` leaves IPv6 alone and `::` leaves IPv4 alone; no address at all means both. */
function sameFamily(a: HostPort, b: HostPort): boolean {
  return a.hostIP === '' || b.hostIP === '' || a.hostIP.includes(':') === b.hostIP.includes(':');
}

function describeOwner({ isBegun, ...owner }: PortOwner): string {
  const has = `belongs to ${recordLabel(owner)}`;
  if (!isBegun) return has;
  return `${has}, whose attach is running, was interrupted, or failed and could not be undone: recover() removes what it left`;
}

function conflict(wanted: PortOwner, port: HostPort, why: string): LibcniError {
  const address = port.hostIP.includes(':') ? `[${port.hostIP}]` : port.hostIP || '*';
  const summary = `host port ${address}:${port.hostPort}/${port.protocol} ${why}`;
  const { network, containerId, ifName } = wanted;
  return new LibcniError('ERR_CONFLICT', summary, { value: port, network, containerId, ifName });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
