import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from 'libcni';
import * as z from 'zod';

/** `index.json` of the source: the names of images, each with its root file system and process. */
const indexSchema = z.array(
  z.object({
    name: z.string(),
    /** A folder next to the index. */
    rootfs: z.string(),
    args: z.array(z.string()).default(['/bin/sh']),
    env: z.array(z.string()).default([]),
  }),
);

/** A pulled image. */
export interface Image {
  /** `sha256:...` */
  readonly id: string;
  readonly name: string;
  /** The folder with its root file system. */
  readonly rootfs: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Bytes. */
  readonly size: number;
}

/** Images by name. Pulling an image only records its name, since the root file systems are in a local folder. */
export class Images {
  readonly #source: string;
  readonly #state: string;

  constructor({ source, state }: { readonly source: string; readonly state: string }) {
    this.#source = source;
    this.#state = state;
  }

  /** @throws LibcniError `ERR_NOT_FOUND` for a name that the source does not have */
  async pull(name: string): Promise<string> {
    const image = (await this.#known()).find((each) => isNamed(each, name));
    if (image === undefined) throw new LibcniError('ERR_NOT_FOUND', `there is no image ${name} to pull`);
    await mkdir(this.#state, { recursive: true });
    await writeFile(this.#fileOf(image), image.name);
    return image.id;
  }

  async list(): Promise<Image[]> {
    const pulled = new Set(await readdir(this.#state).catch(() => []));
    return (await this.#known()).filter(({ id }) => pulled.has(hexOf(id)));
  }

  /** By name or id. */
  async find(name: string): Promise<Image | undefined> {
    return (await this.list()).find((image) => isNamed(image, name));
  }

  /** @throws LibcniError `ERR_NOT_FOUND` for an image that was not pulled */
  async get(name: string): Promise<Image> {
    const image = await this.find(name);
    if (image === undefined)
      throw new LibcniError('ERR_NOT_FOUND', `there is no image ${name}: pull it first`);
    return image;
  }

  /** Does nothing if the image does not exist. */
  async remove(name: string): Promise<void> {
    const image = await this.find(name);
    if (image !== undefined) await rm(this.#fileOf(image), { force: true });
  }

  #fileOf({ id }: Image): string {
    return join(this.#state, hexOf(id));
  }

  async #known(): Promise<Image[]> {
    const index = indexSchema.parse(JSON.parse(await readFile(join(this.#source, 'index.json'), 'utf8')));
    return await Promise.all(
      index.map(async (image) => {
        const rootfs = join(this.#source, image.rootfs);
        const { size } = await stat(join(rootfs, 'bin/busybox'));
        const id = `sha256:${createHash('sha256').update(JSON.stringify(image)).digest('hex')}`;
        return { ...image, rootfs, size, id };
      }),
    );
  }
}

function isNamed({ id, name }: Image, wanted: string): boolean {
  const [, digest] = wanted.split('@');
  return [name, id, hexOf(id)].includes(digest ?? wanted) || name === `${wanted}:latest`;
}

function hexOf(id: string): string {
  return id.replace('sha256:', '');
}
