import { randomUUID } from 'node:crypto';
import { type LockStore, Patience } from '../../platform/locks/index.js';
import type { NetnsLook } from '../../platform/netns/index.js';
import { type Attachment, type AttachmentToMake, keyOf } from '../attachment.js';
import type { Intent } from '../journal/intent.js';
import type { FoundIntent, Journal } from '../journal/journal.js';
import { type HostPort, type PortOwner, refuseTakenPorts } from '../records/host-ports.js';
import { mappedPorts, portOwner } from '../records/port-owners.js';
import type { Records } from '../records/records.js';
import type { WarningCollector } from '../warning-collector.js';
import { setBadIntentAside, setBadRecordAside } from './bad-files.js';
import { type InterfaceParts, type SeenBefore, withFreeInterface } from './free-interface.js';

const PORTS_LOCK = '.host-ports';

/** Where to look up the owners of ports. */
interface PortParts {
  readonly journal: Journal;
  readonly locks: LockStore;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/**
 * Refuses taken host ports before anything is made. They are checked again when they are reserved, since somebody else
 * may be quicker.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner, `ERR_CACHE`, `ERR_PERMISSION`
 */
export async function refusePortsOfOthers(
  parts: PortParts,
  attachments: readonly Attachment[],
): Promise<void> {
  const wanted = attachments.map(portsOf).filter(({ ports }) => ports.length > 0);
  if (wanted.length === 0) return;
  const owners = await findPortOwners(
    parts,
    wanted.flatMap(({ ports }) => ports),
  );
  for (const one of wanted) {
    await refuseTakenPorts(one, owners);
    owners.push(one);
  }
}

function portsOf(attachment: Attachment): PortOwner {
  return {
    ...keyOf(attachment),
    ports: mappedPorts(attachment.list, attachment.rt.capabilityArgs),
  };
}

/** In this order: an ADD goes from the journal to the records. */
async function findPortOwners(parts: PortParts, ports: readonly HostPort[]): Promise<PortOwner[]> {
  const { journal, records } = parts;
  const found = await journal.list();
  // One that is recorded waits for its record to be synced.
  const begun = ownersIn(found).filter((owner) => records.find(owner) === undefined);
  const bad: string[] = [];
  const recorded = await records.ownersOf(ports, (name) => bad.push(name));
  // An unreadable file never tells its ports.
  for (const one of found) if (one.isBad) await setBadIntentAside(parts, one);
  for (const name of bad) await setBadRecordAside(parts, name);
  return [...begun, ...recorded];
}

/**
 * Writes the intent of an ADD. Checks its interface and ports and writes it under short locks; no plugin runs under
 * them.
 *
 * @returns the intent, identified by its id, and what was seen of the namespace
 * @throws LibcniError `ERR_CONFLICT` if the interface or a host port is taken, `ERR_CACHE`, those of locks; any error of the guard
 */
export async function beginIntent(
  parts: PortParts & InterfaceParts,
  attachment: AttachmentToMake,
  { guard, ...options }: BeginOptions,
): Promise<Begun> {
  const { journal, locks } = parts;
  const wanted = portsOf(attachment);
  const begin = async (look: NetnsLook) => {
    const intent = { ...intentOf(attachment), ...foundBy(look), id: randomUUID() };
    guard();
    await journal.begin(intent);
    return { intent, seen: look };
  };
  const reserve = async (look: NetnsLook) => {
    await refuseTakenPorts(wanted, await findPortOwners(parts, wanted.ports));
    return await begin(look);
  };
  const use = (look: NetnsLook) =>
    wanted.ports.length === 0
      ? begin(look)
      : locks.withLock(PORTS_LOCK, () => reserve(look), new Patience(options));
  return await withFreeInterface(parts, attachment, { use, options });
}

/** An ADD that may run its first plugin. */
interface Begun {
  readonly intent: Intent;
  readonly seen: NetnsLook;
}

/** How long to wait for the lock of the ports. */
interface BeginOptions extends SeenBefore {
  /** Throws if the caller may no longer make the attachment. */
  readonly guard: () => void;
}

/** @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if an intent cannot be read for now: it may have the ports. */
function ownersIn(found: readonly FoundIntent[]): PortOwner[] {
  return found.flatMap(({ key, intent, error, isBad }) => {
    if (error !== undefined && key !== undefined && !isBad) throw error;
    const owner = intent && portOwner(intent);
    return owner ? [{ ...owner, isBegun: true }] : [];
  });
}

/** The state before the first plugin, so that an undo knows what belongs to the ADD. */
function foundBy(look: NetnsLook): Pick<Intent, 'netnsIdentity' | 'interfaceIndex'> {
  if (look.state !== 'there') return {};
  return { netnsIdentity: look.identity, interfaceIndex: look.interfaceIndex };
}

function intentOf({ list, rt }: Attachment): Intent {
  const { containerId, ifName, netns, args, capabilityArgs } = rt;
  return { network: list.name, containerId, ifName, netns, config: list.bytes, args, capabilityArgs };
}
