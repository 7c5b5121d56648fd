import { basename, join } from 'node:path';
import { asError } from '../../errors/system-error.js';
import { reapNetns, removeNetns } from '../../netns/index.js';
import type { SandboxContext } from '../context.js';

/** Something that belongs to no known sandbox. */
export interface SandboxOrphan {
  /**
   * - `namespace`: a namespace without processes, or its empty file, with the name of a sandbox key. iSulad, and managers
   *   with another state folder, use the same form of names.
   * - `sandbox`: a sandbox of a runtime whose folder belonged to this manager.
   * - `attachment`: attachments of a sandbox, recorded in the operator's cache.
   */
  readonly kind: 'namespace' | 'sandbox' | 'attachment';
  /** The path of the namespace, or the id of the former sandbox. */
  readonly what: string;
  /** Why it could not be removed. */
  readonly error?: Error | undefined;
}

/** An orphan, and how to remove it. */
export interface FoundOrphan extends SandboxOrphan {
  readonly remove: (signal: AbortSignal) => Promise<unknown>;
}

/** As in iSulad. */
const PREFIX = 'isulacni-';
const KEY = /^isulacni-[0-9a-f]{16}$/;

/** The sandbox key follows from the id, so even a sandbox with a broken checkpoint has one. */
export function sandboxKey(netnsDir: string, id: string): string {
  return join(netnsDir, `${PREFIX}${id.slice(0, 16)}`);
}

/** The orphans of each kind. */
export async function findOrphans(context: SandboxContext, signal: AbortSignal): Promise<FoundOrphan[]> {
  const ids = new Set(await context.store.ids());
  const found = await Promise.all([
    orphanedSandboxes(context, ids, signal),
    orphanedNamespaces(context, ids, signal),
    orphanedAttachments(context, ids),
  ]);
  return found.flat();
}

/**
 * Removes all of them: when a process is gone, its namespace is an orphan as well.
 *
 * @returns those that could not be removed, with the reason
 */
export async function removeOrphans(context: SandboxContext, signal: AbortSignal): Promise<SandboxOrphan[]> {
  const left = await removeFound(await findOrphans(context, signal), signal);
  const isLeft = ({ kind, what }: SandboxOrphan) =>
    left.some((one) => one.kind === kind && one.what === what);
  const later = (await findOrphans(context, signal)).filter((orphan) => !isLeft(orphan));
  return [...left, ...(await removeFound(later, signal))];
}

async function removeFound(orphans: readonly FoundOrphan[], signal: AbortSignal): Promise<SandboxOrphan[]> {
  const left: SandboxOrphan[] = [];
  for (const { kind, what, remove } of orphans) {
    await remove(signal).catch((error: unknown) => left.push({ kind, what, error: asError(error) }));
  }
  return left;
}

async function orphanedSandboxes(
  { runtimes, store }: SandboxContext,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<FoundOrphan[]> {
  const found: FoundOrphan[] = [];
  for (const runtime of runtimes.all()) {
    for (const { id, folder } of (await runtime.list?.({ signal })) ?? []) {
      if (ids.has(id) || folder !== store.runtimeFolder(id)) continue;
      found.push({ kind: 'sandbox', what: id, remove: (end) => runtime.remove(id, { signal: end }) });
    }
  }
  return found;
}

async function orphanedNamespaces(
  { helper, netnsDir }: SandboxContext,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<FoundOrphan[]> {
  const keys = new Set([...ids].map((id) => basename(sandboxKey(netnsDir, id))));
  const reaped = await reapNetns({
    dir: netnsDir,
    prefix: PREFIX,
    helper,
    signal,
    dryRun: true,
    inUse: ({ path }) => keys.has(basename(path)) || !KEY.test(basename(path)),
  });
  return reaped
    .filter(({ outcome }) => outcome === 'removable')
    .map(({ entry: { path } }) => {
      const remove = (end: AbortSignal) => removeNetns(path, { helper, signal: end });
      return { kind: 'namespace', what: join(netnsDir, basename(path)), remove };
    });
}

/** Attachments of containers that are not sandboxes, or were made by others, do not concern a manager. */
async function orphanedAttachments(
  { operator, netnsDir }: SandboxContext,
  ids: ReadonlySet<string>,
): Promise<FoundOrphan[]> {
  const attachments = await operator.list();
  const orphaned = attachments.filter(({ id, netns }) => !ids.has(id) && netns === sandboxKey(netnsDir, id));
  return [...new Set(orphaned.map(({ id }) => id))].map((id) => {
    return { kind: 'attachment', what: id, remove: (signal) => operator.detach({ id }, { signal }) };
  });
}
