import { basename, join } from 'node:path';
import { asError } from '../../errors/system-error.js';
import { reapNetns, removeNetns } from '../../netns/index.js';
import type { SandboxContext } from '../context.js';

/** Something that belongs to no sandbox that is known. */
export interface SandboxOrphan {
  /**
   * - `namespace`: a namespace, or its empty file, with a name as sandbox keys have it, that no process is in. iSulad, and
   *   managers with another folder of state, name theirs alike.
   * - `sandbox`: a sandbox of a runtime, whose folder was one of this manager.
   * - `attachment`: attachments of a sandbox, recorded in the operator's cache.
   */
  readonly kind: 'namespace' | 'sandbox' | 'attachment';
  /** The path of the namespace; the id of the sandbox that there was. */
  readonly what: string;
  /** Why it could not be removed. */
  readonly error?: Error | undefined;
}

/** An orphan, and how it is removed. */
export interface FoundOrphan extends SandboxOrphan {
  readonly remove: (signal: AbortSignal) => Promise<unknown>;
}

/** As iSulad has it. */
const PREFIX = 'isulacni-';
const KEY = /^isulacni-[0-9a-f]{16}$/;

/** What a sandbox key is, is known from its id: a sandbox with a broken checkpoint has one, too. */
export function sandboxKey(netnsDir: string, id: string): string {
  return join(netnsDir, `${PREFIX}${id.slice(0, 16)}`);
}

/** What belongs to no sandbox, of each kind. */
export async function findOrphans(context: SandboxContext, signal: AbortSignal): Promise<FoundOrphan[]> {
  const ids = new Set(await context.store.ids());
  const found = await Promise.all([
    orphanedSandboxes(context, ids, signal),
    orphanedNamespaces(context, ids, signal),
    orphanedAttachments(context, ids),
  ]);
  return found.flat();
}

/** Removes them. @returns those that could not be removed, with the reason */
export async function removeOrphans(
  orphans: readonly FoundOrphan[],
  signal: AbortSignal,
): Promise<SandboxOrphan[]> {
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

/** Those of containers that are no sandboxes, or were made by others, are none of a manager's business. */
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
