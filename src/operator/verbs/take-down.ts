import { isOwnError } from '../../errors/own-error.js';
import type { NetworkConfigList } from '../../libcni/index.js';
import { Operation } from '../../libcni/operation.js';
import { parseVersion } from '../../libcni/version.js';
import { type Attachment, keyOf } from '../attachment.js';
import type { AttachmentKey } from '../attachment-key.js';
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
    const { list, hostNetns, netnsIdentity } = attachment;
    const paths = [netns ?? '', attachment.rt.netns];
    const leaving = { network: list.name, rt: attachment.rt, paths, netnsIdentity, hostNetns };
    const noted = context.journal.leave(key);
    const { rt, seen } = await rtToTakeDown(context, leaving, operation.next());
    await noted;
    const delOptions = { ...operation.remaining(), hostNetns, seen };
    await context.cni.delNetworkList(withVersion(list), rt, delOptions);
  } catch (error) {
    throw isOwnError(error) ? error.with({ verb: 'DEL', ...key }) : error;
  }
  await Promise.all([context.own.forget(key), context.journal.left(key), endIntent(context, key)]);
}

/** The record of a new attachment may not be synced yet, and its intent may still exist. */
async function endIntent({ journal }: OperatorContext, key: AttachmentKey): Promise<void> {
  if ((await journal.look(key))?.intent !== undefined) await journal.end(key);
}

/** DEL refuses a malformed version, with which Go runs ADD. Plugins of such an attachment get the first version. */
function withVersion(list: NetworkConfigList): NetworkConfigList {
  try {
    parseVersion(list.cniVersion);
    return list;
  } catch {
    return { ...list, cniVersion: '0.1.0' };
  }
}
