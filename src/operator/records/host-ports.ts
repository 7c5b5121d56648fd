import { canonicalIp } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { giveWay } from '../../files/give-way.js';
import { keyFolder } from '../../libcni/json/fold-keys.js';
import { isJsonObject } from '../../libcni/json/parse-json.js';
import { type AttachmentKey, isSameAttachment } from '../attachment-key.js';
import { type HostPort, PortIndex } from './port-index.js';

export type { HostPort } from './port-index.js';

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
export async function refuseTakenPorts(wanted: PortOwner, others: readonly PortOwner[]): Promise<void> {
  const index = await refuseMappedTwice(wanted);
  for (const owner of others) {
    if (isSameAttachment(owner, wanted)) continue;
    await giveWay();
    const isSame = owner.containerId === wanted.containerId;
    const excludes = (port: HostPort, other: HostPort) =>
      !(isSame && port.containerPort === other.containerPort);
    const taken = firstIn(owner.ports, (port) => index.overlapping(port).find((own) => excludes(own, port)));
    if (taken !== undefined) throw conflict(wanted, taken, describeOwner(owner));
  }
}

/** @returns the ports by what can overlap with them */
async function refuseMappedTwice(wanted: PortOwner): Promise<PortIndex> {
  const index = new PortIndex();
  for (const port of wanted.ports) {
    await giveWay();
    if (index.overlapping(port).some((other) => !isSamePort(port, other)))
      throw conflict(wanted, port, 'is mapped twice by this attachment');
    index.add(port);
  }
  return index;
}

function firstIn<Item, Value>(
  items: readonly Item[],
  find: (item: Item) => Value | undefined,
): Value | undefined {
  for (const item of items) {
    const value = find(item);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Repeating the same mapping does no harm. */
function isSamePort(a: HostPort, b: HostPort): boolean {
  return a.hostIP === b.hostIP && a.containerPort === b.containerPort && a.containerPort !== undefined;
}

function describeOwner({ isBegun, containerId, network, ifName }: PortOwner): string {
  const has = `belongs to container ${containerId} on network ${network} (${ifName})`;
  if (!isBegun) return `${has}: choose another port, or detach it`;
  return `${has}, whose attach is running, was interrupted, or failed and could not be undone: recover() removes what it left`;
}

function conflict(wanted: PortOwner, port: HostPort, why: string): LibcniError {
  const summary = `host port ${printedPort(port)} ${why}`;
  const { network, containerId, ifName } = wanted;
  return new LibcniError('ERR_CONFLICT', summary, { value: port, network, containerId, ifName });
}

/** Without an address, it is the port of every address. */
function printedPort({ hostIP, hostPort, protocol }: HostPort): string {
  const port = `${hostPort}/${protocol}`;
  if (hostIP === '') return port;
  return hostIP.includes(':') ? `[${hostIP}]:${port}` : `${hostIP}:${port}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
