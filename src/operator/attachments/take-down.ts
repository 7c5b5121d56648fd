import type { OperatorContext } from '../context.js';
import { type Attachment, keyOf } from './attachment.js';
import { inLivingNetns } from './living-netns.js';
import type { OperatorOptions } from './request.js';

/** How an attachment is taken down. */
export interface TakeDownOptions extends OperatorOptions {
  /** The namespace, if it is there. @default that of the attachment */
  readonly netns?: string | undefined;
}

/** DEL, without a namespace where that is gone. The caller has the lock of the attachment, or that of collections. */
export async function takeDown(
  context: OperatorContext,
  attachment: Attachment,
  { netns, ...options }: TakeDownOptions,
): Promise<void> {
  const { list, rt } = await inLivingNetns(context, attachment, netns);
  await context.cni.delNetworkList(list, rt, options);
  await context.own.forget(keyOf(attachment));
}
