import { namingRights } from '../errors/missing-right.js';
import { asError } from '../errors/system-error.js';
import { findNetnsUsers, findRecorded, type NetnsUsers, reapNetns } from '../netns/index.js';
import { Patience } from '../platform/locks/index.js';
import {
  type HookContext,
  type HookPlaces,
  hookContext,
  limitSignal,
  parseHookOptions,
} from './hook-options.js';
import { type HookRecord, PIN_PREFIX, recordedNetns } from './hook-record.js';
import { netnsNumbers } from './own-netns.js';
import { takeDown } from './take-down.js';

/** Which leftovers of hooks to look for, and where. */
export interface ReapHooksOptions extends HookPlaces {
  /** Tells which containers are still in use although no process is in their namespace. @default none */
  readonly inUse?: ((id: string) => boolean | Promise<boolean>) | undefined;
  /** Only reports what would be removed. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each container. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

/** The outcome for one container. */
export interface ReapedHook {
  readonly id: string;
  /** `removable`: a real run would have removed it. */
  readonly outcome: 'removed' | 'removable' | 'kept' | 'failed';
  /** Why it could not be removed. */
  readonly error?: Error;
}

/**
 * Removes leftovers of hooks whose `poststop` never ran, as after a crash of the runtime. Containers without a process in
 * their namespace are detached, and their namespaces unpinned. That includes a container whose process has ended but
 * whose runtime has not deleted it yet; its `poststop` then finds nothing to do.
 *
 * @returns the outcome for each container that hooks have attached, sorted by id
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the records cannot be listed, `ERR_ABORTED`, `ERR_CONF_INVALID`
 */
export async function reapHooks(options: ReapHooksOptions): Promise<ReapedHook[]> {
  const given = parseHookOptions(options);
  return await namingRights(() => reapAll(given));
}

async function reapAll(options: ReapHooksOptions): Promise<ReapedHook[]> {
  const context = hookContext(options);
  const { records, pinDir, helper } = context;
  const report: ReapedHook[] = [];
  const users = await findNetnsUsers(options.signal);
  for (const id of await records.ids()) {
    options.signal?.throwIfAborted();
    report.push(await reap(context, id, { ...options, users }));
  }
  const kept = new Set(await records.ids());
  // A pin without a record: somebody has removed the record by hand.
  const inUse = ({ name }: { readonly name: string }) => kept.has(name.slice(PIN_PREFIX.length));
  const { dryRun, signal } = options;
  await reapNetns({ prefix: PIN_PREFIX, dir: pinDir, helper, inUse, dryRun, signal });
  return report;
}

type Reaping = ReapHooksOptions & { readonly users: NetnsUsers };

async function reap(context: HookContext, id: string, reaping: Reaping): Promise<ReapedHook> {
  const { signal, timeoutMs = 60_000, dryRun } = reaping;
  try {
    return await context.locks.withLock(
      id,
      async () => {
        const record = context.records.read(id);
        if (record === undefined || (await isWanted(record, reaping))) return { id, outcome: 'kept' };
        if (dryRun) return { id, outcome: 'removable' };
        // It may have been created again since processes were checked. No hook of it runs while its lock is held.
        const users = await findNetnsUsers(signal);
        if (await isWanted(record, { ...reaping, users })) return { id, outcome: 'kept' };
        await takeDown(context, record, limitSignal({ timeoutMs }));
        return { id, outcome: 'removed' };
      },
      new Patience({ signal, timeoutMs }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    return { id, outcome: 'failed', error: asError(error) };
  }
}

/** Whether a process is in its namespace, or the caller says it is in use. */
async function isWanted(record: HookRecord, { users, inUse, helper, signal }: Reaping): Promise<boolean> {
  const numbers = netnsNumbers(record.netns);
  const isLivedIn = numbers !== undefined && users.processes.has(numbers.inode);
  if (isLivedIn && (await findRecorded(recordedNetns(record), { helper, signal })) !== 'another') return true;
  return (await inUse?.(record.id)) ?? false;
}
