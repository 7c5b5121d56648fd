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
 * Brings `lo` up as the operator was told to.
 *
 * @returns the attachment that was made for it; none where an earlier attach of the container has made it, of which
 * no later one takes it away again
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
  // Not read beforehand: whoever imports the library would wait for it.
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

/** It is the first to enter the namespace, and where there is none, `lo` is not what the caller asked for. */
async function bringUp(helper: HelperClient, { netns, ...options }: Loopback): Promise<void> {
  try {
    await loopbackUp(netns, { helper, ...options });
  } catch (error) {
    const look = await lookAtNetns(helper, { path: netns, signal: options.signal });
    throw noNetnsError(netns, look, error) ?? error;
  }
}
