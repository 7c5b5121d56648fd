import { basename } from 'node:path';
import { nearestName } from '../../arguments/nearest-name.js';
import { Journal } from '../../operator/journal/journal.js';
import { Records } from '../../operator/records/records.js';
import { warn } from '../failure.js';
import { type PlaceOptions, placesOf, stateDir } from '../options/places.js';

/** An attachment that there was before the command detached it. */
export interface AttachedBefore {
  readonly network: string;
  readonly ifName: string;
}

/** What there is of a container: its attachments, interrupted ones, and unreadable records of either. */
export async function attachedBefore(id: string, options: PlaceOptions): Promise<AttachedBefore[]> {
  const begun = await new Journal(stateDir(options)).list(({ containerId }) => containerId === id);
  const records = new Records(placesOf(options).cacheDir);
  const names = await records.namesOf(id);
  const recorded = names.flatMap((name): AttachedBefore[] => {
    const record = records.read(name);
    if (record === undefined) return [keyIn(name, id)];
    return record.containerId === id ? [record] : [];
  });
  return [...recorded, ...begun.flatMap(({ key }) => key ?? [])];
}

/** Names with dashes can collide; an unreadable file counts for any of the containers that it may belong to. */
function keyIn(name: string, id: string): AttachedBefore {
  const [network = '', ifName = ''] = name.split(`-${id}-`, 2);
  return { network, ifName };
}

/** Whether an attachment to a network was among them. */
export function wasAttached(
  before: readonly AttachedBefore[],
  { name, ifName }: { readonly name: string; readonly ifName?: string | undefined },
): boolean {
  return before.some((one) => one.network === name && (ifName ?? one.ifName) === one.ifName);
}

/** What may have a network: configurations, and files that could not be read. */
export interface KnownNetworks {
  readonly names: readonly string[];
  readonly problems: readonly { readonly file: string }[];
}

/** Warns of a network that has neither a configuration nor a record: its name may be misspelt. */
export async function warnOfUnknown(
  network: string,
  { names, problems }: KnownNetworks,
  options: PlaceOptions,
): Promise<void> {
  if (names.includes(network) || problems.some(({ file }) => basename(file).includes(network))) return;
  const records = await new Records(placesOf(options).cacheDir).names();
  if (records.some((name) => name.startsWith(`${network}-`))) return;
  const meant = nearestName(network, names);
  const hint = meant === undefined ? '`libcni list` lists the networks' : `did you mean ${meant}?`;
  warn(`there is no network ${network}; ${hint}`);
}
