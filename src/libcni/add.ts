// Port of AddNetworkList and AddNetwork in Go's libcni/api.go.
import type { Circumstances } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { asError } from '../errors/system-error.js';
import { giveWay } from '../files/give-way.js';
import { syncLater } from '../files/sync-later.js';
import type { NetnsLook } from '../platform/netns/index.js';
import { newCacheFile } from './cache/cache-path.js';
import { setAsideIfUnreadable } from './cache/set-aside.js';
import { reasonToSpare, type Standing, standingOf } from './cache/standing.js';
import { writeCache } from './cache/write-cache.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { writeMembersInTurns } from './json/write-json.js';
import { type HostNetnsOption, netnsFault, refuseHostNetns } from './netns-before.js';
import { Operation, type OperationOptions, type VerbOptions } from './operation.js';
import { pluginStdin } from './plugin-stdin.js';
import { warnOfMissingVersion } from './request-warnings.js';
import type { Result } from './result/types.js';
import {
  type AddProgress,
  type FoundBefore,
  type RollbackOptions,
  rollBack,
  rollbackLimits,
} from './rollback.js';
import { formatCniArgs, type RuntimeConf } from './runtime-conf.js';
import { reportUnusedCapabilities } from './unused-capabilities.js';
import { VerbRun } from './verb-run.js';
import { parseVersion } from './version.js';

/** Options of ADD. */
export interface AddOptions extends VerbOptions, HostNetnsOption {
  /**
   * After a failure, run DEL for the whole list in reverse, with a time budget of its own. Skipped with a warning if the
   * cache already had an entry for this attachment and namespace, or has one that cannot be read: a rollback would take
   * down an existing attachment.
   * @default true
   */
  readonly rollback?: boolean | RollbackOptions | undefined;
  /**
   * Called with the result of each plugin before the next one starts, to record the progress of the ADD. A
   * rejection fails the ADD.
   */
  readonly onResult?: ((result: Result) => void | Promise<void>) | undefined;
}

/** Runs ADD for every plugin of a list and records the attachment. */
export async function addNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
  options: AddOptions & Pick<OperationOptions, 'seen'> = {},
): Promise<Result> {
  const operation = new Operation(options);
  const limits = rollbackLimits(options);
  const standing = await prepareAdd(context, list, rt);
  reportUnusedCapabilities(context, list, rt);
  warnOfMissingVersion(context, { list, rt });
  const look = await lookBefore(context, { list, rt, operation }, options);
  const before = foundBy(look);
  const progress: AddProgress = { started: 0, result: undefined };
  try {
    const result = await addPlugins({ context, list, rt, operation, progress, onResult: options.onResult });
    operation.guard();
    if (standing.isRecorded) await setAsideIfUnreadable(context, { network: list.name, rt });
    const { netnsIdentity } = before;
    await giveWay();
    const entry = { network: list.name, config: list.bytes, rt, result, netnsIdentity };
    const file = await writeCache(context, entry);
    if (!context.sync) context.later(syncLater(file));
    return result;
  } catch (error) {
    const cause = netnsFault(error, { path: rt.netns, look }) ?? inTheWay({ error, rt, before, progress });
    const failure = failureOf(cause, circumstancesOf(list, rt));
    if (options.rollback === false || progress.started === 0) throw failure;
    const spared = evenIfRecorded(options) ? undefined : reasonToSpare(standing, { netns: rt.netns, look });
    const { hostNetns } = options;
    throw await rollBack({ context, list, rt, progress, before, failure, spared, limits, hostNetns });
  }
}

/**
 * Gathers what must be known before the first plugin of an ADD runs.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_VERSION`; `ERR_CONFLICT` if another attachment has the cache file.
 */
export async function prepareAdd(
  context: CniContext,
  list: NetworkConfigList,
  rt: RuntimeConf,
): Promise<Standing> {
  newCacheFile({ ...context, network: list.name, rt });
  formatCniArgs(rt.args);
  // They are recorded too, whether or not a plugin declares them.
  if (rt.capabilityArgs !== undefined) await writeMembersInTurns(rt.capabilityArgs, 'capabilityArgs');
  // With an invalid version, DEL would refuse to undo the ADD.
  parseVersion(list.cniVersion);
  return standingOf(context, { network: list.name, rt });
}

async function lookBefore(
  { look: lookAt }: CniContext,
  { list, rt, operation }: Pick<AddRun, 'list' | 'rt' | 'operation'>,
  options: AddOptions & Pick<OperationOptions, 'seen'>,
): Promise<NetnsLook> {
  try {
    const request = { path: rt.netns, interfaceName: rt.ifName, ...operation.next() };
    const look = options.seen ?? (await lookAt(request));
    refuseHostNetns(look, rt.netns, options);
    return look;
  } catch (error) {
    throw failureOf(error, circumstancesOf(list, rt));
  }
}

function foundBy(look: NetnsLook): FoundBefore {
  if (look.state !== 'there') return { netnsIdentity: undefined, interfaceIndex: undefined };
  return { netnsIdentity: look.identity, interfaceIndex: look.interfaceIndex };
}

/** Adds what to do to a plugin's complaint that the interface exists already. */
function inTheWay({
  error,
  rt: { ifName, netns },
  before,
  progress,
}: Pick<AddRun, 'rt' | 'progress'> & { readonly error: unknown; readonly before: FoundBefore }): unknown {
  const wasThere = before.interfaceIndex !== undefined && before.interfaceIndex > 0 && ifName !== 'lo';
  if (!wasThere || progress.result !== undefined || !(error instanceof PluginError)) return error;
  const hint = `interface ${ifName} was in ${netns} before this ADD, and was left alone; if an earlier ADD left it, run DEL first`;
  return error.with({ hint });
}

interface AddRun {
  readonly context: CniContext;
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
  readonly operation: Operation;
  readonly progress: AddProgress;
  readonly onResult: AddOptions['onResult'];
}

async function addPlugins({ context, list, rt, operation, progress, onResult }: AddRun): Promise<Result> {
  const verbRun = new VerbRun({ context, operation, verb: 'ADD', network: list.name, rt });
  const onStart = () => {
    progress.started += 1;
  };
  for (const plugin of list.plugins) {
    await giveWay();
    const stdin = await pluginStdin(plugin, { ...list, prevResult: progress.result, rt });
    progress.result = await verbRun.runForResult(plugin, stdin, { confVersion: list.cniVersion, onStart });
    await onResult?.(progress.result);
  }
  const { result } = progress;
  if (result === undefined) throw new LibcniError('ERR_CONF_INVALID', 'the network has no plugins');
  return result;
}

function circumstancesOf({ name: network }: NetworkConfigList, rt: RuntimeConf): Circumstances {
  return { verb: 'ADD', network, containerId: rt.containerId, ifName: rt.ifName };
}

function evenIfRecorded({ rollback }: AddOptions): boolean {
  return typeof rollback === 'object' && rollback.evenIfRecorded === true;
}

/** Errors of other classes come from `onResult` and belong to the caller. */
function failureOf(error: unknown, circumstances: Circumstances): Error {
  if (error instanceof PluginError || isOwnError(error)) return error.with(circumstances);
  return asError(error);
}
