import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import type { OperatorContext } from '../context.js';
import { type Attachment, keyOf } from './attachment.js';
import type { OperatorOptions, TargetRequest } from './request.js';
import { findTargets } from './targets.js';
import { undoIntent } from './undo-intent.js';

/**
 * Detaches a container from the networks that are meant, going on over failures. ADDs of the container that were cut
 * short are undone too.
 *
 * @throws LibcniAggregateError with every failure.
 */
export async function detach(
  context: OperatorContext,
  request: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  const errors: Error[] = [];
  for (const target of await findTargets(context, request)) {
    if ('problem' in target) errors.push(target.problem);
    else await collect(errors, () => detachOne(context, target, options));
  }
  await collect(errors, () => undoCutShort(context, request, options));
  if (errors.length > 0)
    throw new LibcniAggregateError(errors, `container ${request.id} is not wholly detached`);
}

/** DEL under the lock of the attachment. */
export async function detachOne(
  context: OperatorContext,
  target: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const { cni, gate } = context;
  await gate.withAttachment(
    keyOf(target),
    () => cni.delNetworkList(target.list, target.rt, options),
    options,
  );
}

async function undoCutShort(
  context: OperatorContext,
  request: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  const { journal, gate } = context;
  for (const { intent } of await journal.list()) {
    if (intent?.containerId !== request.id) continue;
    if (request.networks && !request.networks.some(({ name }) => name === intent.network)) continue;
    await gate.withAttachment(
      intent,
      async () => {
        // It may have been finished or undone by the time the lock was had.
        const isStillThere = (await journal.list()).some(({ intent: other }) => isSame(intent, other));
        if (isStillThere) await undoIntent(context, intent);
      },
      options,
    );
  }
}

function isSame(
  a: { network: string; ifName: string; containerId: string },
  b: typeof a | undefined,
): boolean {
  return (
    b !== undefined && a.network === b.network && a.ifName === b.ifName && a.containerId === b.containerId
  );
}

async function collect(errors: Error[], run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    errors.push(error instanceof Error ? error : new Error(String(error)));
  }
}
