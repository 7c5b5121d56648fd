import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { type GcAttachment, validateContainerId, validateInterfaceName } from '../../libcni/index.js';
import type { AttachmentKey } from '../attachment-key.js';
import { LOOPBACK_NETWORK } from '../attachment-key.js';
import { type FoundRecords, interfacesIn } from '../records/unreadable-records.js';

/** A container that still exists. */
export interface ValidContainer {
  readonly id: string;
  /**
   * Its interfaces in use; `lo` need not be included. An empty array means none, for example for a container in the host
   * network.
   * @default all recorded interfaces
   */
  readonly ifNames?: readonly string[] | undefined;
}

/** Interfaces by container; `undefined` means all recorded interfaces. */
type Containers = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** The valid containers of a caller, and the invalid names among them. */
interface ValidContainers {
  readonly containers: Containers;
  readonly problems: readonly LibcniError[];
}

/**
 * Collects the caller's valid containers. A bad name is reported at the end: it must not stop the collection.
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

/** The attachments that existing containers have, or may have. */
export class LiveAttachments {
  readonly #containers: Containers;
  readonly #records: FoundRecords;
  readonly #networks: readonly string[];
  readonly #known: ReadonlyMap<string, Set<string>>;

  /** @param networks - the names of the current networks */
  constructor(containers: Containers, records: FoundRecords, networks: readonly string[]) {
    this.#containers = containers;
    this.#records = records;
    this.#networks = networks;
    this.#known = new Map([...containers.keys()].map((id) => [id, new Set<string>()]));
    for (const { containerId, ifName, network } of records.readable) {
      // Every container has `lo`, which says nothing about others.
      if (network !== LOOPBACK_NETWORK) this.#known.get(containerId)?.add(ifName);
    }
  }

  /** Whether a recorded attachment is in use. */
  has({ containerId, ifName, network }: AttachmentKey): boolean {
    if (!this.#containers.has(containerId)) return false;
    return network === LOOPBACK_NETWORK || (this.#containers.get(containerId)?.has(ifName) ?? true);
  }

  /** Containers whose interfaces neither the caller nor any record tells. */
  unknown(): string[] {
    return [...this.#containers].flatMap(([id, given]) => {
      const isKnown = given !== undefined || this.#namesOf(id).length > 0;
      return isKnown ? [] : [id];
    });
  }

  /**
   * Everything that the plugins of a network must leave alone. A container counts as having each of its interfaces on every
   * network: unknown names do no harm, and the record of an attachment may be lost.
   */
  of(network: string): GcAttachment[] {
    // Every container may have it without being told.
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

/** Whether plugins can have an attachment with these names. Other faults are reported once. */
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
