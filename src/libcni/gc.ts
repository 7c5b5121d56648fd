// Port of GCNetworkList in Go's libcni/api.go.
import { join } from 'node:path';
import type { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { removeAbandoned } from '../files/remove-abandoned.js';
import { listCachedAttachments, type NetworkAttachment } from './cache/attachments.js';
import { cacheFolder } from './cache/cache-path.js';
import { injectMembers, membersToInject } from './conf/inject-conf.js';
import type { NetworkConfigList } from './conf/types.js';
import { CONTAINERS_AT_ONCE, eachInContainerTurn } from './container-turns.js';
import type { CniContext } from './context.js';
import { delNetworkList } from './del.js';
import { Failures } from './failures.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from './names.js';
import { Operation, type VerbOptions } from './operation.js';
import type { StdinWriter } from './plugin-stdin.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** The message if everything was removed, and only names of attachments in use are at fault. */
export const BAD_NAMES = 'garbage was collected, but some attachments in use have invalid names';

/** Names one attachment of a network. */
export interface GcAttachment {
  readonly containerId: string;
  readonly ifName: string;
}

/** What garbage collection must leave alone. */
export interface GcArgs {
  /** Every attachment of the network that is still in use; an empty array means that none is. */
  readonly validAttachments: readonly GcAttachment[];
}

/** Options of garbage collection. */
export interface GcOptions extends VerbOptions {
  /** Only report what would be removed. @default false */
  readonly dryRun?: boolean | undefined;
  /**
   * How many containers to work on at a time. The attachments of one container are removed one after another, as the
   * specification requires (section 2 "Lifecycle & Ordering"). @default 4
   */
  readonly concurrency?: number | undefined;
}

/** What garbage collection did, or would do. */
export interface GcReport {
  /** The attachments that are not in use, in the order of their cache files. */
  readonly stale: readonly NetworkAttachment[];
}

/** Runs DEL for every recorded attachment that is not valid, then GC for every plugin. */
export async function gcNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  args: GcArgs,
  options: GcOptions = {},
): Promise<GcReport> {
  const operation = new Operation(options);
  operation.next();
  const { valid, stdinFor, problems } = prepareGc(list, args);
  const { concurrency = CONTAINERS_AT_ONCE } = options;
  if (list.disableGC) return { stale: [] };
  const stale = (await listCachedAttachments(context))
    .filter(({ network }) => network === list.name)
    .filter((attachment) => !valid.has(keyOf(attachment)));
  if (options.dryRun) return { stale };
  const failures = new Failures(operation);
  for (const problem of problems) await failures.collect({ verb: 'GC' }, () => Promise.reject(problem));
  await failures.untilEnded(async () => {
    await delStale({ context, list, stale, operation, concurrency, failures });
    if (stdinFor) await gcPlugins({ context, list, stdinFor, operation, failures });
  });
  const folder = cacheFolder({ cacheDir: context.cacheDir });
  for (const place of [folder, join(folder, 'results')]) await removeAbandoned(place);
  const isCollected = failures.count === problems.length;
  failures.throwIfAny(isCollected ? BAD_NAMES : `garbage of network ${list.name} remains`);
  return { stale };
}

/** What a garbage collection needs. */
export interface GcPreparation {
  /** The attachments in use, by key. */
  readonly valid: ReadonlySet<string>;
  /** What GC passes to plugins; absent if the version does not have it, or the list disables it. */
  readonly stdinFor?: StdinWriter | undefined;
  /** Faults in the names of attachments in use. These attachments are left alone anyway. */
  readonly problems: readonly LibcniError[];
}

/** @throws LibcniError if the collection cannot start */
export function prepareGc(list: NetworkConfigList, args: GcArgs): GcPreparation {
  validateNetworkName(list.name);
  const hasGc = isAtLeast(list.cniVersion, '1.1.0');
  const valid = new Set(args.validAttachments.map(keyOf));
  const problems = args.validAttachments.flatMap(namingProblem);
  if (!hasGc || list.disableGC) return { valid, problems };
  const values = membersToInject(gcValues(list, args));
  return { valid, problems, stdinFor: async (plugin) => injectMembers(plugin, values) };
}

/** One bad name must not stop the collection. */
function namingProblem({ containerId, ifName }: GcAttachment): LibcniError[] {
  try {
    validateContainerId(containerId);
    validateInterfaceName(ifName);
    return [];
  } catch (error) {
    if (!isOwnError(error)) throw error;
    return [error];
  }
}

function keyOf({ containerId, ifName }: GcAttachment): string {
  return `${containerId}/${ifName}`;
}

interface GcRun {
  readonly context: CniContext;
  readonly list: NetworkConfigList;
  readonly operation: Operation;
  readonly failures: Failures;
}

interface DelRun extends GcRun, GcReport {
  readonly concurrency: number;
}

async function delStale({ context, list, stale, operation, concurrency, failures }: DelRun): Promise<void> {
  await eachInContainerTurn(stale, concurrency, async (attachment, index) => {
    const { containerId, ifName, netns, cniArgs, capabilityArgs } = attachment;
    const rt = { containerId, ifName, netns, args: cniArgs, capabilityArgs };
    const where = { verb: 'DEL', network: list.name, containerId, ifName } as const;
    const del = () => delNetworkList(context, list, rt, operation.remaining());
    await failures.collect({ index, ...where }, del);
  });
}

async function gcPlugins({
  context,
  list,
  stdinFor,
  operation,
  failures,
}: GcRun & { readonly stdinFor: StdinWriter }): Promise<void> {
  const verbRun = new VerbRun({ context, operation, verb: 'GC', network: list.name });
  for (const plugin of list.plugins) {
    await failures.collect({}, async () => await verbRun.run(plugin, await stdinFor(plugin)));
  }
}

/** The specification has spelled this key in two ways, and plugins look for either. */
function gcValues({ name, cniVersion }: NetworkConfigList, { validAttachments }: GcArgs) {
  const attachments = validAttachments.map(({ containerId, ifName }) => ({
    containerID: containerId,
    ifname: ifName,
  }));
  return {
    name,
    cniVersion,
    'cni.dev/valid-attachments': attachments,
    'cni.dev/attachments': attachments,
  };
}
