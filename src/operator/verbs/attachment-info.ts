import type { Result } from '../../libcni/index.js';
import { resultFromJsonInTurns } from '../../libcni/result/result-in-turns.js';
import type { Recorded } from '../records/records.js';
import { type PortMapping, portMappingsSchema } from '../request/capabilities/index.js';
import { type AttachedNetwork, summarize } from './summary.js';

/** A recorded attachment of a container to a network. */
export interface AttachmentInfo
  extends Pick<AttachedNetwork, 'ipv4' | 'ipv6' | 'addresses' | 'gateways' | 'mac' | 'routes' | 'dns'> {
  /** The container or sandbox id. */
  readonly id: string;
  readonly network: string;
  readonly ifName: string;
  /** Path of the namespace that it was made in; an empty string if the record has none. */
  readonly netns: string;
  /** When it was made. */
  readonly since: Date;
  /** The host ports that are mapped to the container. */
  readonly ports: readonly PortMapping[];
  /** The result as the last plugin printed it; `undefined` if the record has no readable result. */
  readonly result: Result | undefined;
}

/** Describes the attachment of a record. */
export async function attachmentInfo(record: Recorded, since: Date): Promise<AttachmentInfo> {
  const { containerId: id, network, ifName, netns, capabilityArgs } = record;
  const result = await readableResult(record.result);
  const known = { id, network, ifName, netns, since, ports: portsOf(capabilityArgs?.portMappings), result };
  if (result === undefined) return { ...NO_ADDRESSES, ...known };
  const summary = summarize({ name: network, namespace: '', isDefault: false, ifName }, result);
  const { ipv4, ipv6, addresses, gateways, mac, routes, dns } = summary;
  return { ...known, ipv4, ipv6, addresses, gateways, mac, routes, dns };
}

const NO_ADDRESSES = {
  ipv4: [],
  ipv6: [],
  addresses: [],
  gateways: [],
  mac: undefined,
  routes: [],
  dns: undefined,
};

/** Other programs write records too: anything but an array of port mappings is ignored. */
function portsOf(portMappings: unknown): readonly PortMapping[] {
  const checked = portMappingsSchema.safeParse(portMappings ?? []);
  return checked.success ? checked.data : [];
}

async function readableResult(parsed: unknown): Promise<Result | undefined> {
  try {
    return parsed === null ? undefined : await resultFromJsonInTurns(parsed);
  } catch {
    return undefined;
  }
}
