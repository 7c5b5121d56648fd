import { isOwnError } from '../errors/own-error.js';
import { asError } from '../errors/system-error.js';
import { withRollbackErrors } from '../errors/with-rollback-errors.js';
import { removeCache } from './cache/write-cache.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { untilOrphansEnd } from './exec/orphans.js';
import { isStartFailure } from './exec/spawn-failure.js';
import type { ExecOptions } from './exec/types.js';
import type { HostNetnsOption } from './netns-before.js';
import { rtForDel } from './netns-for-del.js';
import { Operation, type VerbOptions } from './operation.js';
import { stdinWriter } from './plugin-stdin.js';
import { convertChecked } from './result/convert.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';
import { withCircumstances } from './with-circumstances.js';

const DEFAULT_BUDGET_MS = 30_000;

/** The limits of a rollback. The deadline and signal of the ADD do not apply to it. */
export interface RollbackOptions {
  /** Milliseconds for all plugins together. @default 30000 */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Roll back even if the cache had an entry for the attachment, for example from before a reboot, or an unreadable one.
   * This also removes an attachment that still exists. @default false
   */
  readonly evenIfRecorded?: boolean | undefined;
}

/** The limits of a later rollback. */
export function rollbackLimits({ rollback, trace, guard }: RollbackChoice): VerbOptions {
  const given = typeof rollback === 'object' ? rollback : {};
  return { signal: given.signal, timeoutMs: given.timeoutMs ?? DEFAULT_BUDGET_MS, trace, guard };
}

interface RollbackChoice extends Pick<VerbOptions, 'trace' | 'guard'> {
  readonly rollback?: boolean | RollbackOptions | undefined;
}

/** How far an ADD has come. */
export interface AddProgress {
  /** How many plugins have started. */
  started: number;
  /** The last result. */
  result: Result | undefined;
}

/** The state before the first plugin of an ADD. */
export interface FoundBefore {
  /** The identity of the namespace; absent if there was none, or it is unknown. */
  readonly netnsIdentity: string | undefined;
  /** The index of the interface of that name, 0 if there was none; absent if unknown. */
  readonly interfaceIndex: number | undefined;
}

/** A failed ADD. */
export interface FailedAdd extends HostNetnsOption {
  readonly context: CniContext;
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
  readonly progress: AddProgress;
  readonly before: FoundBefore;
  readonly failure: Error;
  /** Why not to roll back. @default roll back */
  readonly spared: string | undefined;
  /** The limits of the rollback, checked before the ADD started. */
  readonly limits: VerbOptions;
}

/**
 * Removes what a failed ADD left: DEL for the whole list in reverse, continuing after failures. Plugins get the last
 * result of the chain, without which some of them find nothing to remove. If the native helper died, it first waits
 * for the programs that the plugins had started.
 *
 * @returns the failure of the ADD, with those of the rollback in `rollbackErrors`
 */
export async function rollBack(failed: FailedAdd): Promise<Error> {
  const { context, list, rt, failure, spared } = failed;
  const reasons = guardErrors(failed);
  if (reasons.length > 0) return withRollbackErrors(failure, reasons);
  if (spared !== undefined) return skipped(failed, spared);
  const errors = await delPlugins(failed);
  if (errors.length === 0) errors.push(...guardErrors(failed));
  if (errors.length > 0) return withRollbackErrors(failure, errors);
  await removeCache(context, { network: list.name, rt });
  return failure;
}

function skipped({ context, list, rt, failure }: FailedAdd, reason: string): Error {
  const { containerId, ifName } = rt;
  const message = `ADD failed and was not rolled back, since ${reason}`;
  const network = list.name;
  context.warn({ code: 'ROLLBACK_SKIPPED', message, network, containerId, ifName, cause: failure });
  return failure;
}

/** The error that forbids further work, if there is one. */
function guardErrors({ list, rt, limits }: FailedAdd): Error[] {
  const { containerId, ifName } = rt;
  try {
    new Operation(limits).guard();
    return [];
  } catch (error) {
    return [withCircumstances(error, { network: list.name, containerId, ifName })];
  }
}

async function delPlugins(failed: FailedAdd): Promise<Error[]> {
  const { context, list, progress, failure, limits } = failed;
  const operation = new Operation(limits);
  // If the time is up, each DEL says so.
  if (isHelperFailure(failure)) await untilOrphansEnd(failed.rt, operation).catch(() => {});
  const rt = await rtForUndo(failed, operation);
  const prevResult = usableResult(progress.result, list.cniVersion);
  const stdinFor = stdinWriter({ ...list, prevResult, rt });
  const verbRun = new VerbRun({ context, operation, verb: 'DEL', network: list.name, rt });
  const errors: Error[] = [];
  for (const [index, plugin] of [...list.plugins.entries()].reverse()) {
    const error = await del(plugin);
    const neverRan = index >= progress.started && isStartFailure(error);
    if (error !== undefined && !neverRan) errors.push(error);
  }
  return errors;

  async function del(plugin: PluginConfig): Promise<Error | undefined> {
    try {
      await verbRun.run(plugin, await stdinFor(plugin));
      return undefined;
    } catch (error) {
      return asError(error);
    }
  }
}

/** If no plugin has succeeded, the interface may belong to somebody else and have been in the way. */
async function rtForUndo(failed: FailedAdd, operation: Operation): Promise<RuntimeConf> {
  const { context, list, rt, progress, before, hostNetns } = failed;
  const { netnsIdentity, interfaceIndex } = before;
  const failedAdd = { interfaceIndex, hasResult: progress.result !== undefined };
  const leaving = { network: list.name, rt, netnsIdentity, failedAdd, hostNetns };
  try {
    return (await rtForDel(context, leaving, limitsOf(operation))).rt;
  } catch {
    return { ...rt, netns: '' };
  }
}

/** If the time is up, each DEL says so. */
function limitsOf(operation: Operation): ExecOptions {
  try {
    return operation.next();
  } catch {
    return { timeoutMs: 0 };
  }
}

/** DEL takes a result since 0.4.0, in the version of the configuration. */
function usableResult(result: Result | undefined, cniVersion: string): Result | undefined {
  if (result === undefined) return undefined;
  try {
    return isAtLeast(cniVersion, '0.4.0') ? convertChecked(result, cniVersion) : undefined;
  } catch {
    return undefined;
  }
}

function isHelperFailure(error: Error): boolean {
  return isOwnError(error) && error.code === 'ERR_HELPER';
}
