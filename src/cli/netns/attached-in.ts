import type { AttachmentInfo } from '../../operator/index.js';
import { Records } from '../../operator/records/records.js';
import { listAttachments } from '../../operator/verbs/list.js';
import { realPath } from '../options/netns-path.js';
import { type PlaceOptions, placesOf } from '../options/places.js';

/** All recorded attachments, whoever made them. @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION` */
export async function recordedAttachments(options: PlaceOptions): Promise<AttachmentInfo[]> {
  return await listAttachments(new Records(placesOf(options).cacheDir), {});
}

/** Those that were made in the namespace at a path, whichever way each path is written. */
export function inNetns(attachments: readonly AttachmentInfo[], path: string): AttachmentInfo[] {
  const wanted = realPath(path);
  return attachments.filter(({ netns }) => netns !== '' && realPath(netns) === wanted);
}
