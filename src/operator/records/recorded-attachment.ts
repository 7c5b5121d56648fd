import { LibcniError } from '../../errors/libcni-error.js';
import { type NetworkAttachment, type NetworkConfigList, networkConfFromBytes } from '../../libcni/index.js';
import type { Attachment } from '../attachment.js';
import type { AttachmentKey } from '../attachment-key.js';
import { type ConfSnapshot, networkNamed } from '../conf-store/index.js';
import type { Records } from './records.js';

/** A record from which no plugin can be run. */
export interface UnusableRecord {
  readonly found: NetworkAttachment;
  readonly problem: LibcniError;
}

/**
 * What the library needs to work on a recorded attachment: the arguments of its ADD, and the configuration that it was
 * made with, or the current one if that is unreadable. Does not check whether the namespace still exists.
 */
export function recordedAttachment(
  found: NetworkAttachment,
  snapshot: ConfSnapshot,
): Attachment | UnusableRecord {
  const { containerId, ifName, network, netns, netnsIdentity, cniArgs: args, capabilityArgs } = found;
  const today = networkNamed(snapshot, network)?.list;
  const list = today?.bytes === found.config ? today : (recordedList(found) ?? today);
  if (list === undefined) {
    const summary = 'neither the record nor the configuration folder has a usable configuration';
    return { found, problem: new LibcniError('ERR_NOT_FOUND', summary, { network, containerId, ifName }) };
  }
  return { list, rt: { containerId, ifName, args, capabilityArgs, netns }, netnsIdentity };
}

/** Where to look up the record of an attachment. */
interface RecordedBy {
  readonly records: Records;
  /** The current configurations. */
  readonly snapshot: ConfSnapshot;
}

/** The same for the current record of an attachment; `undefined` if there is none. */
export function recordNow(
  key: AttachmentKey,
  { records, snapshot }: RecordedBy,
): Attachment | UnusableRecord | undefined {
  const record = records.find(key);
  return record && recordedAttachment({ ...record, cniArgs: record.args }, snapshot);
}

/** Tells the two apart. */
export function isUnusable(record: Attachment | UnusableRecord): record is UnusableRecord {
  return 'problem' in record;
}

/**
 * Parses the configurations in records, each once: thousands of attachments share a few.
 *
 * @returns a function like {@link recordedList}
 */
export function listReader(): typeof recordedList {
  const known = new Map<string, NetworkConfigList | undefined>();
  return ({ config, network }) => {
    const key = `${network}\n${config}`;
    if (!known.has(key)) known.set(key, recordedList({ config, network }));
    return known.get(key);
  };
}

/** The configuration in a record; `undefined` if it is not one of that network. */
export function recordedList({
  config,
  network,
}: Pick<NetworkAttachment, 'config' | 'network'>): NetworkConfigList | undefined {
  try {
    const list = networkConfFromBytes(config);
    return list.name === network && list.plugins.length > 0 ? list : undefined;
  } catch {
    return undefined;
  }
}
