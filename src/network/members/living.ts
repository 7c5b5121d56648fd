import { hasCode } from '../../errors/system-error.js';
import { mapLimited } from '../../files/map-limited.js';
import { isNetns } from '../../netns/index.js';
import type { AttachmentInfo } from '../../operator/index.js';

const AT_A_TIME = 16;

/** The attachments whose namespace is still there. Others do not make a network used. */
export async function livingOf(attached: readonly AttachmentInfo[]): Promise<AttachmentInfo[]> {
  const living = await mapLimited(attached, AT_A_TIME, isAlive);
  return attached.filter((_, index) => living[index]);
}

async function isAlive({ netns }: AttachmentInfo): Promise<boolean> {
  try {
    return netns !== '' && (await isNetns(netns));
  } catch (error) {
    // If that is unknown, it may exist.
    return !hasCode(error, 'ERR_NETNS');
  }
}
