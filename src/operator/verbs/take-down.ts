import { isOwnError } from '../../errors/own-error.js';
import { Operation } from '../../libcni/operation.js';
import { type Attachment, keyOf } from '../attachment.js';
import type { GuardedOptions } from '../request/request.js';
import { rtToTakeDown } from '../undo/rt-to-take-down.js';
import type { OperatorContext } from './context.js';

/** How to remove an attachment. */
export interface TakeDownOptions extends GuardedOptions {
  /** The namespace, if it exists. @default that of the attachment */
  readonly netns?: string | undefined;
}

/** Runs DEL, without a namespace if that is gone. The caller holds the lock of the attachment, or that of collections. */
export async function takeDown(
  context: OperatorContext,
  attachment: Attachment,
  { netns, ...options }: TakeDownOptions,
): Promise<void> {
  const key = keyOf(attachment);
  const operation = new Operation(options);
  try {
    await context.journal.leave(key);
    const { list, hostNetns, netnsIdentity } = attachment;
    const paths = [netns ?? '', attachment.rt.netns];
    const leaving = { network: list.name, rt: attachment.rt, paths, netnsIdentity, hostNetns };
    const rt = await rtToTakeDown(context, leaving, operation.next());
    await context.cni.delNetworkList(list, rt, { ...operation.remaining(), hostNetns });
  } catch (error) {
    throw isOwnError(error) ? error.with({ verb: 'DEL', ...key }) : error;
  }
  await context.own.forget(key);
  await context.journal.left(key);
}
