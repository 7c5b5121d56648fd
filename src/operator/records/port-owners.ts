import { giveWay } from '../../files/give-way.js';
import { type NetworkConfigList, networkConfFromBytes } from '../../libcni/index.js';
import { declaredCapabilities } from '../../libcni/plugin-stdin.js';
import type { AttachmentKey } from '../attachment-key.js';
import { type HostPort, hostPortsOf, type PortOwner } from './host-ports.js';
import type { Records } from './records.js';

const REMEMBERED = 100;

/** A cache file as it was when it was read. */
interface Known {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Absent where it has no host ports. */
  readonly owner: PortOwner | undefined;
}

/** Who has which host ports, by the cache, whoever wrote it. Files are read again only when they have changed. */
export class PortOwners {
  readonly #records: Records;
  readonly #isMapping = remembering(mayMapPorts);
  #known: ReadonlyMap<string, Known> = new Map();

  constructor(records: Records) {
    this.#records = records;
  }

  /**
   * The owners at this moment.
   *
   * @param onBad - given the name of each file that nobody can read: it says nothing of ports
   * @throws LibcniError `ERR_CACHE` where the folder or one of its files cannot be read for the moment: whoever is in
   * there may have the ports.
   */
  async list(onBad: (name: string) => void = () => {}): Promise<PortOwner[]> {
    const found = new Map<string, Known>();
    for (const name of await this.#records.names()) {
      await giveWay();
      const status = this.#records.status(name);
      if (status === undefined) continue;
      const known = this.#known.get(name);
      const isOld = known !== undefined && isUnchanged(known, status);
      if (!isOld && this.#records.whyBad(name) !== undefined) onBad(name);
      found.set(name, isOld ? known : this.#read(name, status));
    }
    this.#known = found;
    return [...found.values()].flatMap(({ owner }) => owner ?? []);
  }

  #read(name: string, { ino, size, mtimeMs, ctimeMs }: Omit<Known, 'owner'>): Known {
    const record = this.#records.read(name);
    return { ino, size, mtimeMs, ctimeMs, owner: record && portOwner(record, this.#isMapping) };
  }
}

function isUnchanged(a: Known, b: Omit<Known, 'owner'>): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** What plugins were given for an attachment. */
interface GivenToPlugins extends AttachmentKey {
  /** The text of the network's configuration. */
  readonly config: string;
  readonly capabilityArgs?: Readonly<Record<string, unknown>> | undefined;
}

/** The owner of the ports that a plugin was told to map; `undefined` where there are none. */
export function portOwner(
  { network, containerId, ifName, config, capabilityArgs }: GivenToPlugins,
  isMapping: (config: string) => boolean = mayMapPorts,
): PortOwner | undefined {
  const ports = hostPortsOf(capabilityArgs);
  if (ports.length === 0 || !isMapping(config)) return undefined;
  return { network, containerId, ifName, ports };
}

/** The host ports that the plugins of a list will map for these arguments. */
export function mappedPorts(
  list: NetworkConfigList,
  capabilityArgs: Readonly<Record<string, unknown>> | undefined,
): HostPort[] {
  return mapsPorts(list) ? hostPortsOf(capabilityArgs) : [];
}

function mapsPorts({ plugins }: NetworkConfigList): boolean {
  return plugins.some((plugin) => declaredCapabilities(plugin).includes('portMappings'));
}

/** A configuration that cannot be read may have mapped them. */
function mayMapPorts(config: string): boolean {
  try {
    return mapsPorts(networkConfFromBytes(config));
  } catch {
    return true;
  }
}

/** Thousands of attachments have the same few configurations. */
function remembering(isMapping: (config: string) => boolean): (config: string) => boolean {
  const known = new Map<string, boolean>();
  return (config) => {
    const answer = known.get(config) ?? isMapping(config);
    if (known.size >= REMEMBERED) known.clear();
    known.set(config, answer);
    return answer;
  };
}
