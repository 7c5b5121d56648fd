import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import { booleanField, functionField, keys, optional, textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { HelperClient, SpawnError } from '../platform/helper/index.js';
import { netnsFields, netnsPathField } from './call-fields.js';
import { defaultNetnsFolder } from './default-folder.js';
import { listNetns } from './list-netns.js';
import type { NetnsEntry } from './netns-entry.js';
import { netnsFailure } from './netns-failure.js';
import { removeLink } from './netns-link.js';
import type { NetnsOptions } from './netns-options.js';
import { findNetnsUsers } from './netns-users.js';
import { keepReason, type NetnsKeepReason } from './reap-decision.js';
import { abandoning } from './within-limits.js';

/** Which leftovers to look for, and where. */
export interface ReapNetnsOptions extends NetnsOptions {
  /** The prefix of the program's own files. Must not be empty. */
  readonly prefix: string;
  /** The folder. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly dir?: string | undefined;
  /**
   * Tells which entries are still in use although no process is in them, for example for a pod whose containers have not
   * started yet. The attachments of an operator are not known here: compare with `operator.list()`. @default none
   */
  readonly inUse?: ((entry: NetnsEntry) => boolean | Promise<boolean>) | undefined;
  /** Only reports what would be removed. @default false */
  readonly dryRun?: boolean | undefined;
  /**
   * Ends the work: nobody waits for it any more, and nothing is removed after the entry that the native helper is working
   * on, if any.
   */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all of the work, including `inUse`, after which it ends in the same way. @default no limit */
  readonly timeoutMs?: number | undefined;
}

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      prefix: textField(),
      dir: optional(netnsPathField()),
      inUse: optional(functionField<NonNullable<ReapNetnsOptions['inUse']>>()),
      dryRun: optional(booleanField()),
    }) satisfies z.ZodType<ReapNetnsOptions>,
);

/** The outcome for one entry. */
export interface ReapedNetns {
  readonly entry: NetnsEntry;
  /** `removable`: a real run would have removed it. */
  readonly outcome: 'removed' | 'removable' | 'kept' | 'failed';
  /** Why it was kept. */
  readonly reason?: NetnsKeepReason;
  /** The processes that it was kept for. */
  readonly processes?: readonly number[];
  /** Why it could not be removed. */
  readonly error?: Error;
}

/**
 * Removes what a dead program left in a folder: empty files, dangling links, and namespaces that no process runs in or
 * holds open, however often they are mounted. Other files are never touched, nor is anything mounted only in another
 * mount namespace. Continues after failures, which are in the report.
 *
 * A process that enters a namespace after the check is not noticed. Do not start other programs that use the prefix
 * during the call, or report their namespaces with `inUse`.
 *
 * @returns the outcome for each entry whose name starts with the prefix, sorted by name
 * @throws LibcniError `ERR_NETNS` if the prefix is empty or the folder cannot be read, `ERR_PERMISSION`, `ERR_ABORTED`,
 * `ERR_TIMEOUT`, `ERR_CONF_INVALID` if an option is invalid.
 */
export async function reapNetns(options: ReapNetnsOptions): Promise<ReapedNetns[]> {
  const { helper = HelperClient.shared(), signal, timeoutMs, ...wanted } = parseReaping(options);
  const dir = resolve(wanted.dir ?? defaultNetnsFolder());
  const limited = { doing: 'reap the namespaces in', path: dir, signal, timeoutMs };
  return await abandoning(limited, (end) => reapFolder({ ...wanted, dir, helper, end }));
}

function parseReaping(options: ReapNetnsOptions): ReapNetnsOptions {
  const given = parseArgument(optionsSchema(), options, 'options');
  if (given.prefix === '') throw new LibcniError('ERR_NETNS', 'an empty prefix would reap everything');
  return given;
}

interface Reaping extends Pick<ReapNetnsOptions, 'prefix' | 'inUse' | 'dryRun'> {
  readonly dir: string;
  readonly helper: HelperClient;
  /** Once it is aborted, nothing more is removed. */
  readonly end: AbortSignal | undefined;
}

async function reapFolder(reaping: Reaping): Promise<ReapedNetns[]> {
  const { dir, helper, prefix, inUse, end } = reaping;
  const entries = (await listNetns(dir, { helper, signal: end })).filter(({ name }) =>
    name.startsWith(prefix),
  );
  if (entries.length === 0) return [];
  const realFolder = await realpath(dir);
  const users = await findNetnsUsers(end);
  const report: ReapedNetns[] = [];
  for (const entry of entries) {
    // The previous removal may have been done although it was cancelled.
    end?.throwIfAborted();
    const realPath = join(realFolder, entry.name);
    const kept = await keepReason({ entry, realPath, users, inUse });
    end?.throwIfAborted();
    report.push(kept === undefined ? await reap(entry, reaping) : { entry, outcome: 'kept', ...kept });
  }
  return report;
}

async function reap(entry: NetnsEntry, reaping: Reaping): Promise<ReapedNetns> {
  if (reaping.dryRun) return { entry, outcome: 'removable' };
  try {
    await remove(entry, reaping);
    return { entry, outcome: 'removed' };
  } catch (error) {
    reaping.end?.throwIfAborted();
    if (isBeingMade(error)) return { entry, outcome: 'kept', reason: 'being made' };
    const failure = netnsFailure('remove', entry.path, error);
    if (failure instanceof Error) return { entry, outcome: 'failed', error: failure };
    throw failure;
  }
}

/** An empty file may have become a namespace since, which must not be removed. */
async function remove({ kind, path, target }: NetnsEntry, { helper, end }: Reaping): Promise<void> {
  if (target === undefined) await helper.removeNetns(path, { onlyEmpty: kind === 'empty', signal: end });
  else await removeLink(path, target);
}

function isBeingMade(error: unknown): boolean {
  return error instanceof SpawnError && error.code === 'EBUSY' && ['verify', 'lock'].includes(error.syscall);
}
