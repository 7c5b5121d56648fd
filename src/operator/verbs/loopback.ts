import { networkConfFromBytes } from '../../libcni/index.js';
import { noNetnsError } from '../../libcni/netns-before.js';
import { type LoopbackUpOptions, loopbackUp } from '../../netns/index.js';
import type { HelperClient } from '../../platform/helper/index.js';
import { lookAtNetns } from '../../platform/netns/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import { LOOPBACK_NETWORK } from '../attachment-key.js';
import { isInNetns } from '../records/is-in-netns.js';
import type { AttachRequest } from '../request/request.js';
import { type AttachOneOptions, attachOne } from './attach-one.js';
import type { OperatorContext } from './context.js';

const CONFIG = JSON.stringify({
  cniVersion: '0.3.1',
  name: LOOPBACK_NETWORK,
  plugins: [{ type: 'loopback' }],
});

/**
 * Brings up `lo` as the operator's options say.
 *
 * @returns the attachment made for it; none if an earlier attach of the container has made it, so that a later one does
 * not remove it again
 */
export async function bringLoopbackUp(
  context: OperatorContext,
  { id, netns, hostNetns }: AttachRequest,
  options: AttachOneOptions,
): Promise<Attachment | undefined> {
  const { helper, loopback, records } = context;
  const { signal, timeoutMs } = options;
  if (loopback === 'helper') await bringUp(helper, { netns, signal, timeoutMs, hostNetns });
  if (loopback !== 'plugin') return undefined;
  // Read on demand, so that importing the library does not wait for it.
  const list = networkConfFromBytes(CONFIG);
  const attachment = { list, rt: { containerId: id, netns, ifName: 'lo' }, hostNetns };
  const before = records.find(keyOf(attachment));
  const look = await lookAtNetns(helper, { path: netns, signal });
  await attachOne(context, attachment, { ...options, again: true });
  const wasThere = before !== undefined && (await isInNetns(before, { netns, look }, helper));
  return wasThere ? undefined : attachment;
}

interface Loopback extends LoopbackUpOptions {
  readonly netns: string;
}

/** This is the first step to enter the namespace. If there is none, the error must not be about `lo`. */
async function bringUp(helper: HelperClient, { netns, ...options }: Loopback): Promise<void> {
  try {
    await loopbackUp(netns, { helper, ...options });
  } catch (error) {
    const look = await lookAtNetns(helper, { path: netns, signal: options.signal });
    throw noNetnsError(netns, look, error) ?? error;
  }
}
