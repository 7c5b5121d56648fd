import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { type GcAttachment, validateContainerId, validateInterfaceName } from '../../libcni/index.js';
import type { AttachmentKey } from '../attachment-key.js';
import { LOOPBACK_NETWORK } from '../attachment-key.js';
import { type FoundRecords, interfacesIn } from '../records/unreadable-records.js';

/** A container that is still there. */
export interface ValidContainer {
  readonly id: string;
  /**
   * Its interfaces that are in use; `lo` need not be among them. An empty list means none, for example of a container
   * in the network of the host.
   * @default all that are recorded
   */
  readonly ifNames?: readonly string[] | undefined;
}

/** Interfaces by container; `undefined` stands for all that are recorded. */
type Containers = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** The containers that a caller calls valid, and the invalid names among them. */
interface ValidContainers {
  readonly containers: Containers;
  readonly problems: readonly LibcniError[];
}

/**
 * Collects what the caller calls valid. A bad name is reported at the end: it must not keep all garbage where it
 * is.
 */
export function validContainers(valid: readonly ValidContainer[]): ValidContainers {
  const containers = new Map<string, ReadonlySet<string> | undefined>();
  const problems: LibcniError[] = [];
  for (const { id, ifNames } of valid) {
    problems.push(...namingProblems(id, ifNames));
    const known = containers.has(id) ? containers.get(id) : new Set<string>();
    containers.set(id, known && ifNames && new Set([...known, ...ifNames]));
  }
  return { containers, problems };
}

function namingProblems(id: string, ifNames: readonly string[] = []): LibcniError[] {
  const checks = [() => validateContainerId(id), ...ifNames.map((name) => () => validateInterfaceName(name))];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (!isOwnError(error)) throw error;
      return [error.with({ verb: 'GC' })];
    }
  });
}

/** Which attachments the containers that are still there have, or may have. */
export class LiveAttachments {
  readonly #containers: Containers;
  readonly #records: FoundRecords;
  readonly #networks: readonly string[];
  readonly #known: ReadonlyMap<string, Set<string>>;

  /** @param networks - the names of the networks of today */
  constructor(containers: Containers, records: FoundRecords, networks: readonly string[]) {
    this.#containers = containers;
    this.#records = records;
    this.#networks = networks;
    this.#known = new Map([...containers.keys()].map((id) => [id, new Set<string>()]));
    for (const { containerId, ifName, network } of records.readable) {
      // Every container has `lo`; it says nothing of the others.
      if (network !== LOOPBACK_NETWORK) this.#known.get(containerId)?.add(ifName);
    }
  }

  /** Whether a recorded attachment is in use. */
  has({ containerId, ifName, network }: AttachmentKey): boolean {
    if (!this.#containers.has(containerId)) return false;
    return network === LOOPBACK_NETWORK || (this.#containers.get(containerId)?.has(ifName) ?? true);
  }

  /** Containers of which nobody says which interfaces they have: neither the caller nor any record. */
  unknown(): string[] {
    return [...this.#containers].flatMap(([id, given]) => {
      const isKnown = given !== undefined || this.#namesOf(id).length > 0;
      return isKnown ? [] : [id];
    });
  }

  /**
   * All that the plugins of a network must leave alone. A container is taken to have each of its interfaces on every
   * network: what a plugin does not know does no harm, and the record of an attachment may be lost.
   */
  of(network: string): GcAttachment[] {
    // Every container may have it, and no caller needs to say so.
    const always = network === LOOPBACK_NETWORK ? ['lo'] : [];
    return [...this.#containers].flatMap(([containerId, given]) => {
      const names = given ?? [...this.#namesOf(containerId), ...this.#unreadableOf(network, containerId)];
      return [...new Set([...names, ...always])].map((ifName) => ({ containerId, ifName }));
    });
  }

  #namesOf(id: string): string[] {
    const unreadable = this.#networks.flatMap((network) => this.#unreadableOf(network, id));
    return [...(this.#known.get(id) ?? []), ...unreadable.filter((ifName) => !ifName.includes('-'))];
  }

  #unreadableOf(network: string, id: string): string[] {
    return interfacesIn(this.#records.unreadable, network, id).filter(isInterfaceName);
  }
}

/** Whether plugins can have an attachment of these names; what else is wrong with them is told once. */
export function isNamed({ containerId, ifName }: GcAttachment): boolean {
  return namingProblems(containerId, [ifName]).length === 0;
}

function isInterfaceName(name: string): boolean {
  try {
    validateInterfaceName(name);
    return true;
  } catch {
    return false;
  }
}
