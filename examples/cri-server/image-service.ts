import { statfs } from 'node:fs/promises';
import type { Image, Images } from './images.js';
import { requests } from './messages.js';
import { nanoseconds } from './pod-methods.js';
import type { Methods } from './serve.js';

/** CRI's ImageService, over folders of root file systems. */
export function imageService(images: Images, folder: string): Methods {
  return {
    async ListImages(request) {
      const wanted = requests.listImages.parse(request).filter?.image?.image ?? '';
      const found = wanted === '' ? await images.list() : [await images.find(wanted)];
      return { images: found.flatMap((image) => (image ? [imageMessage(image)] : [])) };
    },
    async ImageStatus(request) {
      const image = await images.find(requests.image.parse(request).image.image);
      return { image: image ? imageMessage(image) : null, info: {} };
    },
    async PullImage(request) {
      return { imageRef: await images.pull(requests.image.parse(request).image.image) };
    },
    async RemoveImage(request) {
      await images.remove(requests.image.parse(request).image.image);
      return {};
    },
    async ImageFsInfo() {
      const { blocks, bfree, bsize, files, ffree } = await statfs(folder);
      const usage = {
        timestamp: nanoseconds(Date.now()),
        fsId: { mountpoint: folder },
        usedBytes: { value: (blocks - bfree) * bsize },
        inodesUsed: { value: files - ffree },
      };
      return { imageFilesystems: [usage], containerFilesystems: [usage] };
    },
  };
}

function imageMessage({ id, name, size }: Image) {
  const [repository = name] = name.split(/:[^/]*$/);
  return {
    id,
    repoTags: [name],
    repoDigests: [`${repository}@${id}`],
    size,
    uid: { value: 0 },
    spec: { image: id },
  };
}
