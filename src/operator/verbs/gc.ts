import { addCircumstances } from '../../errors/add-circumstances.js';
import { giveWay } from '../../files/give-way.js';
import type { NetworkAttachment, NetworkConfigList } from '../../libcni/index.js';
import { isAtLeast } from '../../libcni/version.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { type AttachmentKey, recordLabel } from '../attachment-key.js';
import { networkNamed } from '../conf-store/index.js';
import { listReader } from '../records/recorded-attachment.js';
import { type FoundRecords, findRecords } from '../records/unreadable-records.js';
import type { OperatorOptions } from '../request/request.js';
import type { OperatorContext } from './context.js';
import { LiveAttachments, type ValidContainer, validContainers } from './gc-valid.js';
import { type BegunAttachment, takeAllDown } from './take-all-down.js';

/** What garbage collection must leave alone, and how. */
export interface OperatorGcRequest {
  /**
   * Every container that still exists; an empty array means that none does. Include **containers of other programs** that
   * attach to networks configured here and share the cache or the data of plugins.
   */
  readonly valid: readonly ValidContainer[];
  /**
   * Also remove recorded attachments to networks that are not configured here, even those of other programs: everything in
   * the cache that is not in use. @default false
   */
  readonly unknownNetworks?: boolean | undefined;
  /** Only report what would be removed. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What garbage collection removed, or would remove. */
export interface OperatorGcReport {
  /** Recorded attachments of containers that are gone. Those of networks that say `disableGC` are left out. */
  readonly stale: readonly NetworkAttachment[];
  /** Leftovers of interrupted ADDs, of containers that are gone. They are only in the journal, not recorded. */
  readonly cutShort: readonly AttachmentKey[];
  /**
   * Recorded attachments that are not in use but were left alone: other programs made them, on networks that are not
   * configured here.
   */
  readonly foreign: readonly NetworkAttachment[];
  /** What was left undone, and why. */
  readonly warnings: readonly string[];
}

/**
 * Removes the recorded attachments of containers that are gone, and lets plugins do the same for what only they know.
 * Nobody else makes or removes an attachment meanwhile.
 */
export async function collectGarbage(
  context: OperatorContext,
  request: OperatorGcRequest,
  options: OperatorOptions,
): Promise<OperatorGcReport> {
  const { valid, dryRun = false, unknownNetworks = false } = request;
  const { containers, problems } = validContainers(valid);
  const collect = async (lock?: HeldLock) => {
    const records = await findRecords(context.records, context.cni);
    const networks = context.store.snapshot().networks.map(({ list }) => list);
    const names = networks.map(({ name }) => name);
    const live = new LiveAttachments(containers, records, names);
    const isExempt = exemptions(context);
    const unused: NetworkAttachment[] = [];
    for (const found of records.readable) {
      await giveWay();
      if (!live.has(found) && !isExempt(found)) unused.push(found);
    }
    const { stale, foreign } = await ownAndForeign(context, unused, unknownNetworks);
    const begun = await unusedIntents(context, { live, isExempt, unknownNetworks });
    const { willing, warnings } = pluginCollections(networks, live);
    if (lock !== undefined) {
      await forgetUnrecorded(context, records);
      await takeAllDown({ context, options, stale, begun, live, willing, lock, problems });
    }
    const cutShort = begun.map(({ found: _, ...key }) => key);
    return { stale, cutShort, foreign, warnings: [...problems.map(({ message }) => message), ...warnings] };
  };
  try {
    return dryRun ? await collect() : await context.gate.withCollection(collect, options);
  } catch (error) {
    throw addCircumstances(error, { verb: 'GC' });
  }
}

/**
 * A network with `disableGC` is shared with somebody whose containers this caller does not know: nothing of it is
 * touched, as in Go. If there is a current configuration, it counts.
 */
function exemptions(context: OperatorContext): IsExempt {
  const snapshot = context.store.snapshot();
  const recorded = listReader();
  return (found) => (networkNamed(snapshot, found.network)?.list ?? recorded(found))?.disableGC ?? false;
}

type IsExempt = (found: Pick<NetworkAttachment, 'network' | 'config'>) => boolean;

/**
 * Other programs may share the cache. Their attachments to networks unknown to this operator are left alone; on networks
 * that it knows, all attachments count, as in Go.
 */
async function ownAndForeign(
  context: OperatorContext,
  unused: readonly NetworkAttachment[],
  unknownNetworks: boolean,
): Promise<Pick<OperatorGcReport, 'stale' | 'foreign'>> {
  const stale: NetworkAttachment[] = [];
  const foreign: NetworkAttachment[] = [];
  for (const found of unused) {
    await giveWay();
    const isKnown = unknownNetworks || networkNamed(context.store.snapshot(), found.network) !== undefined;
    (isKnown || (await context.own.has(found)) ? stale : foreign).push(found);
  }
  return { stale, foreign };
}

/** What is left alone. */
interface Exceptions {
  readonly live: LiveAttachments;
  readonly isExempt: IsExempt;
  readonly unknownNetworks: boolean;
}

/** The same rules for intents. Finished ADDs have records, and unreadable intents are left to recovery. */
async function unusedIntents(
  context: OperatorContext,
  { live, isExempt, unknownNetworks }: Exceptions,
): Promise<BegunAttachment[]> {
  const unused: BegunAttachment[] = [];
  for (const found of await context.journal.list()) {
    const { key, intent } = found;
    if (key === undefined || intent === undefined || live.has(key)) continue;
    if (context.records.find(key) !== undefined || isExempt(intent)) continue;
    const isKnown = unknownNetworks || networkNamed(context.store.snapshot(), key.network) !== undefined;
    if (isKnown || (await context.own.has(key))) unused.push({ ...key, found });
  }
  return unused;
}

async function forgetUnrecorded(
  { own }: OperatorContext,
  { readable, unreadable }: FoundRecords,
): Promise<void> {
  const recorded = new Set([...readable.map(recordLabel), ...unreadable]);
  await own.keepOnly((key) => recorded.has(recordLabel(key)));
}

interface PluginCollections {
  /** The networks whose plugins can collect garbage. */
  readonly willing: readonly NetworkConfigList[];
  readonly warnings: readonly string[];
}

/** Plugins remove whatever is not on their list, so they are not asked while the list may be incomplete. */
function pluginCollections(networks: readonly NetworkConfigList[], live: LiveAttachments): PluginCollections {
  const willing = networks.filter((list) => !list.disableGC && knowsGc(list));
  const unknown = live.unknown();
  if (unknown.length === 0) return { willing, warnings: [] };
  const [reason, more] = [unknown[0], unknown.length - 1];
  const containers = more > 0 ? `${reason} and ${more} more` : reason;
  const why = `there is no record of the interfaces of container ${containers}, and \`ifNames\` does not list them`;
  const warnings = willing.map(
    ({ name }) => `the plugins of network ${name} were not asked to collect: ${why}`,
  );
  return { willing: [], warnings };
}

/** An invalid version is reported when the plugins are asked. */
function knowsGc({ cniVersion }: NetworkConfigList): boolean {
  try {
    return isAtLeast(cniVersion, '1.1.0');
  } catch {
    return true;
  }
}
