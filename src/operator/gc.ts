import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import type { GcAttachment, NetworkAttachment } from '../libcni/index.js';
import { recordedAttachment } from './attachments/recorded-attachment.js';
import type { OperatorOptions } from './attachments/request.js';
import type { OperatorContext } from './context.js';

/** A container that is still there. */
export interface ValidContainer {
  readonly id: string;
  /** Its interfaces that are in use. @default all that are recorded */
  readonly ifNames?: readonly string[] | undefined;
}

/** What garbage collection must leave alone, and how. */
export interface OperatorGcRequest {
  /** Every container that is still there; an empty list means that none is. */
  readonly valid: readonly ValidContainer[];
  /** Only say what would be taken down. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What garbage collection took down, or would. */
export interface OperatorGcReport {
  readonly stale: readonly NetworkAttachment[];
}

/**
 * Takes down the recorded attachments of containers that are gone, and lets plugins do the same for what only they
 * know of. No attachment is made or taken down by anybody else meanwhile.
 */
export async function collectGarbage(
  context: OperatorContext,
  { valid, dryRun = false }: OperatorGcRequest,
  options: OperatorOptions,
): Promise<OperatorGcReport> {
  if (!Array.isArray(valid)) {
    const summary = 'the valid containers are missing; pass an empty list if there are none';
    throw new LibcniError('ERR_CONF_INVALID', summary, { value: valid, verb: 'GC' });
  }
  const collect = () => collectAll(context, valid, dryRun, options);
  return dryRun ? await collect() : await context.gate.withCollection(collect, options);
}

async function collectAll(
  context: OperatorContext,
  valid: readonly ValidContainer[],
  dryRun: boolean,
  options: OperatorOptions,
): Promise<OperatorGcReport> {
  const recorded = await context.cni.getCachedAttachments();
  const isValid = (found: GcAttachment) =>
    valid.some(({ id, ifNames }) => id === found.containerId && (ifNames?.includes(found.ifName) ?? true));
  const stale = recorded.filter((found) => !isValid(found));
  if (dryRun) return { stale };
  const errors: Error[] = [];
  for (const attachment of stale) await keep(errors, () => takeDown(context, attachment, options));
  for (const { list } of context.store.snapshot().networks) {
    const validAttachments = recorded.filter((found) => found.network === list.name && isValid(found));
    await keep(
      errors,
      async () => void (await context.cni.gcNetworkList(list, { validAttachments }, options)),
    );
  }
  if (errors.length > 0) throw new LibcniAggregateError(errors, 'garbage remains');
  return { stale };
}

async function takeDown(
  context: OperatorContext,
  found: NetworkAttachment,
  options: OperatorOptions,
): Promise<void> {
  const { list, rt } = await recordedAttachment(context, found);
  await context.cni.delNetworkList(list, rt, options);
}

async function keep(errors: Error[], run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    errors.push(error instanceof Error ? error : new Error(String(error)));
  }
}
