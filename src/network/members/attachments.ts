import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { isTemporary } from '../../files/temporary-name.js';
import { createResult } from '../../libcni/index.js';
import { isJsonObject } from '../../libcni/json/parse-json.js';
import { summarize } from '../../operator/attachments/summary.js';
import { type PortMapping, portMappingsSchema } from '../../operator/index.js';
import { type Recorded, readRecord, recordsFolder } from '../../operator/state/records.js';
import type { NetworkContainer } from '../network.js';

/** A container on a network, by the record of its attachment, whoever made it. */
export interface Attached extends Omit<NetworkContainer, 'names'> {
  readonly network: string;
}

interface Known {
  readonly stamp: string;
  readonly attached: Attached | undefined;
}

/** Who is on which network, by the cache of results. Files are read again only when they have changed. */
export class Attachments {
  readonly #cacheDir: string;
  readonly #known = new Map<string, Known>();

  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
  }

  /** The attachments of all networks, or of one. @throws LibcniError `ERR_CACHE` */
  async list(network?: string): Promise<Attached[]> {
    const found: Attached[] = [];
    for (const name of await this.#names(network)) {
      await giveWay();
      const attached = this.#read(name);
      if (attached && (network === undefined || attached.network === network)) found.push(attached);
    }
    return found;
  }

  async #names(network: string | undefined): Promise<string[]> {
    const folder = recordsFolder(this.#cacheDir);
    try {
      const names = (await readdir(folder)).filter((name) => !isTemporary(name));
      if (network !== undefined) return names.filter((name) => name.startsWith(`${network}-`));
      const there = new Set(names);
      for (const name of this.#known.keys()) if (!there.has(name)) this.#known.delete(name);
      return names;
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return [];
      throw new LibcniError('ERR_CACHE', 'cache folder cannot be read', { file: folder, cause });
    }
  }

  #read(name: string): Attached | undefined {
    const stats = lstatSync(join(recordsFolder(this.#cacheDir), name), { throwIfNoEntry: false });
    if (stats === undefined) {
      this.#known.delete(name);
      return undefined;
    }
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
    const known = this.#known.get(name);
    if (known?.stamp === stamp) return known.attached;
    const record = readRecord(this.#cacheDir, name);
    const attached = record && attachedBy(record);
    this.#known.set(name, { stamp, attached });
    return attached;
  }
}

function attachedBy(record: Recorded): Attached {
  const { network, containerId: id, ifName, netns, result } = record;
  const { mac, addresses, ipv4, ipv6, gateways } = addressesOf(record, result);
  return { network, id, ifName, netns, mac, addresses, ipv4, ipv6, gateways, ports: portsOf(record) };
}

type Addresses = Pick<Attached, 'mac' | 'addresses' | 'ipv4' | 'ipv6' | 'gateways'>;

/** A result that nobody can read says nothing of the addresses, but the container is there. */
function addressesOf({ network, ifName }: Recorded, result: unknown): Addresses {
  try {
    const identity = { name: network, namespace: '', isDefault: false, ifName };
    return summarize(identity, createResult(JSON.stringify(result)));
  } catch {
    return { mac: undefined, addresses: [], ipv4: [], ipv6: [], gateways: [] };
  }
}

function portsOf({ capabilityArgs }: Recorded): readonly PortMapping[] {
  const mappings = isJsonObject(capabilityArgs) ? capabilityArgs.portMappings : undefined;
  const parsed = portMappingsSchema.safeParse(mappings ?? []);
  return parsed.success ? parsed.data : [];
}
