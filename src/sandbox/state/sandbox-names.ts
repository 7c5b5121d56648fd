import { createHash } from 'node:crypto';
import { readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { ensureFolder } from '../../files/folders.js';
import type { PodSandboxMetadata } from '../config/pod-sandbox-config.js';

/**
 * Which sandbox has which metadata, for all processes that share the state: a link for each, whose target is the id. A link
 * is made with its target in one go, so of two that want the same name one gets it.
 */
export class SandboxNames {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'names');
  }

  /** Takes the name. @throws LibcniError `ERR_IN_USE` where another sandbox has it */
  async claim(metadata: PodSandboxMetadata, id: string): Promise<void> {
    const link = this.#linkOf(metadata);
    try {
      await ensureFolder(this.#folder, 0o700);
      await symlink(id, link);
    } catch (cause) {
      const owner = hasCode(cause, 'EEXIST') ? await readlink(link).catch(() => undefined) : undefined;
      if (owner === id) return;
      if (owner === undefined) throw cause;
      throw inUse(metadata, owner);
    }
  }

  /** Gives the name back, where it is that sandbox's. */
  async release(metadata: PodSandboxMetadata, id: string): Promise<void> {
    await this.#releaseLink(this.#linkOf(metadata), id);
  }

  /** Gives back whatever name the sandbox has. */
  async releaseOf(id: string): Promise<void> {
    for (const { link, owner } of await this.#all()) if (owner === id) await this.#releaseLink(link, id);
  }

  /** The ids of the sandboxes that have a name. */
  async owners(): Promise<string[]> {
    return (await this.#all()).map(({ owner }) => owner);
  }

  async #all(): Promise<{ link: string; owner: string }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const found = await Promise.all(
      names.map(async (name) => {
        const link = join(this.#folder, name);
        const owner = await readlink(link).catch(() => undefined);
        return owner === undefined ? [] : [{ link, owner }];
      }),
    );
    return found.flat();
  }

  async #releaseLink(link: string, id: string): Promise<void> {
    const owner = await readlink(link).catch(() => undefined);
    if (owner !== id) return;
    await unlink(link).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }

  #linkOf(metadata: PodSandboxMetadata): string {
    const { namespace, name, uid, attempt = 0 } = metadata;
    const text = JSON.stringify([namespace, name, uid, attempt]);
    return join(this.#folder, createHash('sha256').update(text).digest('hex'));
  }
}

function inUse({ namespace, name, uid, attempt = 0 }: PodSandboxMetadata, owner: string): LibcniError {
  const pod = `pod ${namespace}/${name} (uid ${uid}, attempt ${attempt})`;
  const summary = `${pod} has sandbox ${owner} already: remove that first, or count the attempt up`;
  return new LibcniError('ERR_IN_USE', summary, { containerId: owner, value: owner });
}
