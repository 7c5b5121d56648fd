import { giveWay } from '../../files/give-way.js';
import { type NetworkConfigList, networkConfFromBytes } from '../../libcni/index.js';
import { declaredCapabilities } from '../../libcni/plugin-stdin.js';
import type { AttachmentKey } from '../attachment-key.js';
import { type HostPort, hostPortsOf, type PortOwner } from './host-ports.js';
import { PortIndex } from './port-index.js';

const REMEMBERED = 100;
/** As long as nobody asks for ports, no more names than that are kept. */
const MOST_TOUCHED = 10_000;

/** Tells a file from an earlier one of the same name. */
interface FileStatus {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** A cache file as last read. */
interface Known extends FileStatus {
  /** Absent if it has no host ports. */
  readonly owner: PortOwner | undefined;
}

/** The records, by file name. */
interface Files {
  status(name: string): FileStatus | undefined;
  read(name: string): GivenToPlugins | undefined;
  whyBad(name: string): string | undefined;
}

/** The owners of host ports according to the cache, whoever wrote it. Files are read again only if they have changed. */
export class PortOwners {
  readonly #files: Files;
  readonly #isMapping = remembering(mayMapPorts);
  readonly #known = new Map<string, Known>();
  readonly #byPort = new Map<number, Set<string>>();
  readonly #touched = new Set<string>();
  #isAsked = false;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Called when a file may have changed. As long as nobody asks for ports, nothing is read or remembered. */
  touch(name: string): void {
    if (!this.#isAsked) return;
    this.#touched.add(name);
    if (this.#touched.size <= MOST_TOUCHED) return;
    this.#touched.clear();
    this.#isAsked = false;
  }

  /**
   * The owners of ports that overlap with these. Their files are read once more.
   *
   * @param names - the names of all files, for the first call and after many changes
   * @param onBad - called once with the name of each unreadable file, whose ports are unknown
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if a file cannot be read for now: its attachment may have the ports.
   */
  async of(
    ports: readonly HostPort[],
    { names, onBad }: { readonly names: Iterable<string>; readonly onBad: (name: string) => void },
  ): Promise<PortOwner[]> {
    if (!this.#isAsked) for (const name of [...names, ...this.#known.keys()]) this.#touched.add(name);
    this.#isAsked = true;
    for (const name of this.#touched) {
      await giveWay();
      if (this.#readTouched(name) && this.#files.whyBad(name) !== undefined) onBad(name);
    }
    const owners: PortOwner[] = [];
    for (const name of await this.#overlapping(ports)) {
      await giveWay();
      this.#look(name, { again: true });
      const owner = this.#known.get(name)?.owner;
      if (owner !== undefined) owners.push(owner);
    }
    return owners;
  }

  /** The files with ports that overlap with these, as last read. */
  async #overlapping(ports: readonly HostPort[]): Promise<string[]> {
    const wanted = await PortIndex.of(ports);
    const candidates = new Set(ports.flatMap(({ hostPort }) => [...(this.#byPort.get(hostPort) ?? [])]));
    const found: string[] = [];
    for (const name of candidates) {
      await giveWay();
      const has = this.#known.get(name)?.owner?.ports ?? [];
      if (has.some((port) => wanted.overlapping(port).length > 0)) found.push(name);
    }
    return found;
  }

  /** Synchronous, so a name is either touched or its file has been read. @returns whether it was read */
  #readTouched(name: string): boolean {
    if (!this.#touched.delete(name)) return false;
    try {
      return this.#look(name, { again: false });
    } catch (error) {
      this.#touched.add(name);
      throw error;
    }
  }

  #look(name: string, { again }: { readonly again: boolean }): boolean {
    const status = this.#files.status(name);
    const known = this.#known.get(name);
    if (status !== undefined && known !== undefined && !again && isUnchanged(known, status)) return false;
    const record = status && this.#files.read(name);
    this.#forget(name);
    if (status === undefined) return false;
    const { ino, size, mtimeMs, ctimeMs } = status;
    const owner = record && portOwner(record, this.#isMapping);
    this.#known.set(name, { ino, size, mtimeMs, ctimeMs, owner });
    for (const { hostPort } of owner?.ports ?? []) {
      const others = this.#byPort.get(hostPort);
      if (others === undefined) this.#byPort.set(hostPort, new Set([name]));
      else others.add(name);
    }
    return true;
  }

  #forget(name: string): void {
    for (const { hostPort } of this.#known.get(name)?.owner?.ports ?? []) {
      const others = this.#byPort.get(hostPort);
      others?.delete(name);
      if (others?.size === 0) this.#byPort.delete(hostPort);
    }
    this.#known.delete(name);
  }
}

function isUnchanged(a: FileStatus, b: FileStatus): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** What plugins got for an attachment. */
interface GivenToPlugins extends AttachmentKey {
  /** The network's configuration as JSON. */
  readonly config: string;
  readonly capabilityArgs?: Readonly<Record<string, unknown>> | undefined;
}

/** The owner of the ports that a plugin was told to map; `undefined` if there are none. */
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

/** With an unreadable configuration, the ports may have been mapped. */
function mayMapPorts(config: string): boolean {
  try {
    return mapsPorts(networkConfFromBytes(config));
  } catch {
    return true;
  }
}

/** Thousands of attachments share a few configurations. */
function remembering(isMapping: (config: string) => boolean): (config: string) => boolean {
  const known = new Map<string, boolean>();
  return (config) => {
    const answer = known.get(config) ?? isMapping(config);
    if (known.size >= REMEMBERED) known.clear();
    known.set(config, answer);
    return answer;
  };
}
