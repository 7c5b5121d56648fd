import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename } from 'node:path';
import type { NetworkConfigList } from '../../libcni/index.js';
import { isJsonObject, type JsonObject, parseJson } from '../../libcni/json/parse-json.js';
import type { NetworkDriver } from '../drivers/driver.js';
import type { NetworkSubnet, NetworkSummary } from '../network.js';

/** A configuration with its file. */
export interface LoadedNetwork {
  readonly name: string;
  readonly file: string;
  readonly list: NetworkConfigList;
}

/** The prefix of the library's own files, by which iSulad recognises its networks. */
const FILE_PREFIX = 'isulacni-';

/** The file of one of the library's networks. */
export function networkFileName(name: string): string {
  return `${FILE_PREFIX}${name}.conflist`;
}

/** Whether a file is a network of the library or of iSulad. */
export function isNativeFile(fileName: string): boolean {
  return fileName.startsWith(FILE_PREFIX);
}

/** The id of a network, as in podman and nerdctl. */
function networkId(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** The library's own data in a configuration, in `args.libcni`. */
interface OwnNotes {
  readonly created?: string;
  readonly subnets?: readonly NetworkSubnet[];
  /** Whether the bridge existed before the network, and stays. */
  readonly keepInterface?: boolean;
}

/** Reads a network from its configuration, whoever wrote it. */
export function readNetwork(
  { name, file, list }: LoadedNetwork,
  stats: Pick<Stats, 'ctime'>,
  drivers: ReadonlyMap<string, NetworkDriver>,
): NetworkSummary {
  const args = objectOf(objectOf(parseJson(list.bytes, { what: 'network' })).args);
  const notes: OwnNotes = objectOf(args.libcni);
  const first = objectOf(list.plugins[0]?.network);
  const driver = String(first.type ?? '');
  const created = new Date(typeof notes.created === 'string' ? notes.created : Number.NaN);
  return {
    name,
    id: networkId(name),
    driver,
    created: Number.isNaN(created.getTime()) ? stats.ctime : created,
    subnets: Array.isArray(notes.subnets) ? notes.subnets : subnetsOf(objectOf(first.ipam)),
    ipam: String(objectOf(first.ipam).type ?? 'none'),
    internal: false,
    ipMasq: false,
    isolate: list.plugins.some(({ network }) => network.ingressPolicy === 'same-bridge'),
    dns: list.plugins.some(({ network }) => network.type === 'dnsname'),
    ...drivers.get(driver)?.describe(first),
    labels: textsOf(args.podman_labels),
    options: textsOf(args.podman_options),
    cniVersion: list.cniVersion,
    plugins: list.plugins.map(({ network }) => network.type),
    file,
    isNative: basename(file) === networkFileName(name),
  };
}

/** Whether the bridge of a network existed before it. */
export function keepsInterface({ list }: LoadedNetwork): boolean {
  const args = objectOf(objectOf(parseJson(list.bytes, { what: 'network' })).args);
  return objectOf(args.libcni).keepInterface === true;
}

function subnetsOf(ipam: JsonObject): NetworkSubnet[] {
  const ranges = Array.isArray(ipam.ranges) ? ipam.ranges.flat() : [];
  const found = [ipam, ...ranges].flatMap((range: unknown) => {
    const { subnet, gateway } = objectOf(range);
    if (typeof subnet !== 'string') return [];
    return [{ subnet, ...(typeof gateway === 'string' && { gateway }) }];
  });
  return [...new Map(found.map((one) => [one.subnet, one])).values()];
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(objectOf(value));
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
