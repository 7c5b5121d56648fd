import { addCircumstances } from '../errors/add-circumstances.js';
import { checkOptionalObject } from '../errors/check-value.js';
import type { NetworkAttachment, NetworkConfigList } from '../libcni/index.js';
import { isAtLeast } from '../libcni/version.js';
import { recordedList } from './attachments/recorded-attachment.js';
import type { OperatorOptions } from './attachments/request.js';
import { type FoundRecords, findRecords } from './attachments/unreadable-records.js';
import { networkNamed, type OperatorContext } from './context.js';
import { LiveAttachments, type ValidContainer, validContainers } from './gc-valid.js';
import { recordLabel } from './state/attachment-key.js';
import type { HeldLock } from './state/lock-store.js';
import { takeAllDown } from './take-all-down.js';

/** What garbage collection must leave alone, and how. */
export interface OperatorGcRequest {
  /**
   * Every container that is still there; an empty list means that none is. **Containers of other programs, too**, where
   * those attach to the networks that are configured here and share the cache or the data of plugins.
   */
  readonly valid: readonly ValidContainer[];
  /**
   * Take down what is recorded of networks that are not configured here as well, though other programs have made it: all
   * that is in the cache and not in use. @default false
   */
  readonly unknownNetworks?: boolean | undefined;
  /** Only say what would be taken down. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What garbage collection took down, or would. */
export interface OperatorGcReport {
  /** Recorded attachments of containers that are gone. Those of networks that say `disableGC` are left out. */
  readonly stale: readonly NetworkAttachment[];
  /**
   * Recorded attachments that are not in use either and were left alone: others made them, to networks that are not
   * configured here.
   */
  readonly foreign: readonly NetworkAttachment[];
  /** What was left undone, and why. */
  readonly warnings: readonly string[];
}

/**
 * Takes down the recorded attachments of containers that are gone, and lets plugins do the same for what only they
 * know of. No attachment is made or taken down by anybody else meanwhile.
 */
export async function collectGarbage(
  context: OperatorContext,
  request: OperatorGcRequest,
  options: OperatorOptions,
): Promise<OperatorGcReport> {
  checkOptionalObject('request', request);
  const { valid, dryRun = false, unknownNetworks = false } = request ?? {};
  const { containers, problems } = validContainers(valid);
  const collect = async (lock?: HeldLock) => {
    const records = await findRecords(context);
    const networks = context.store.snapshot().networks.map(({ list }) => list);
    const names = networks.map(({ name }) => name);
    const live = new LiveAttachments(containers, records, names);
    const unused = records.readable.filter((found) => !live.has(found) && !isExempt(context, found));
    const { stale, foreign } = await ownAndForeign(context, unused, unknownNetworks);
    const { willing, warnings } = pluginCollections(networks, live);
    if (lock !== undefined) {
      await forgetUnrecorded(context, records);
      await takeAllDown({ context, options, stale, live, willing, lock, problems });
    }
    return { stale, foreign, warnings: [...problems.map(({ message }) => message), ...warnings] };
  };
  try {
    return dryRun ? await collect() : await context.gate.withCollection(collect, options);
  } catch (error) {
    throw addCircumstances(error, { verb: 'GC' });
  }
}

/**
 * Who says `disableGC` shares the network with somebody whose containers this caller does not know: nothing of it is
 * touched, as in Go. The configuration of today counts, where there is one.
 */
function isExempt(context: OperatorContext, found: NetworkAttachment): boolean {
  const list = networkNamed(context, found.network)?.list ?? recordedList(found);
  return list?.disableGC ?? false;
}

/**
 * A cache may be that of other programs, too. What they attached to networks that this operator does not know is none of
 * its business; of networks that it knows, everything is, as in Go.
 */
async function ownAndForeign(
  context: OperatorContext,
  unused: readonly NetworkAttachment[],
  unknownNetworks: boolean,
): Promise<Pick<OperatorGcReport, 'stale' | 'foreign'>> {
  const stale: NetworkAttachment[] = [];
  const foreign: NetworkAttachment[] = [];
  for (const found of unused) {
    const isKnown = unknownNetworks || networkNamed(context, found.network) !== undefined;
    (isKnown || (await context.own.has(found)) ? stale : foreign).push(found);
  }
  return { stale, foreign };
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

/** Plugins take away whatever they are not told of, so they are not asked as long as something is not known. */
function pluginCollections(networks: readonly NetworkConfigList[], live: LiveAttachments): PluginCollections {
  const willing = networks.filter((list) => !list.disableGC && knowsGc(list));
  const unknown = live.unknown();
  if (unknown.length === 0) return { willing, warnings: [] };
  const [reason, more] = [unknown[0], unknown.length - 1];
  const containers = more > 0 ? `${reason} and ${more} more` : reason;
  const why = `there is no record of the interfaces of container ${containers}, and \`ifNames\` does not say them`;
  const warnings = willing.map(
    ({ name }) => `the plugins of network ${name} were not asked to collect: ${why}`,
  );
  return { willing: [], warnings };
}

/** A version that is none is reported when the plugins are asked. */
function knowsGc({ cniVersion }: NetworkConfigList): boolean {
  try {
    return isAtLeast(cniVersion, '1.1.0');
  } catch {
    return true;
  }
}
