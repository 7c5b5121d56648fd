import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { LinkFolder } from '../../files/link-folder.js';
import type { StateFolderOptions } from '../../files/state-folder.js';
import type { PodSandboxMetadata } from '../config/pod-sandbox-config.js';

/** Maps metadata to sandboxes, for all processes that share the state. */
export class SandboxNames {
  readonly #links: LinkFolder;

  constructor(stateDir: string, options: StateFolderOptions = {}) {
    this.#links = new LinkFolder(join(stateDir, 'names'), {
      ...options,
      asideFolder: join(stateDir, 'unreadable'),
    });
  }

  /** Takes the name. @throws LibcniError `ERR_IN_USE` if another sandbox has it */
  async claim(metadata: PodSandboxMetadata, id: string): Promise<void> {
    const taken = await this.#links.take(nameOf(metadata), id);
    if (taken !== undefined && taken.owner !== id) throw inUse(metadata, taken.owner);
  }

  /** Releases the name if it belongs to that sandbox. */
  async release(metadata: PodSandboxMetadata, id: string): Promise<void> {
    await this.#release(nameOf(metadata), id);
  }

  /** Releases any name of the sandbox. */
  async releaseOf(id: string): Promise<void> {
    for (const { name, owner } of await this.#links.all()) if (owner === id) await this.#release(name, id);
  }

  /** The ids of the sandboxes that have a name. */
  async owners(): Promise<string[]> {
    return (await this.#links.all()).map(({ owner }) => owner);
  }

  async #release(name: string, id: string): Promise<void> {
    if ((await this.#links.find(name))?.owner === id) await this.#links.free(name);
  }
}

function nameOf({ namespace, name, uid, attempt = 0 }: PodSandboxMetadata): string {
  const text = JSON.stringify([namespace, name, uid, attempt]);
  return createHash('sha256').update(text).digest('hex');
}

function inUse({ namespace, name, uid, attempt = 0 }: PodSandboxMetadata, owner: string): LibcniError {
  const pod = `pod ${namespace}/${name} (uid ${uid}, attempt ${attempt})`;
  const summary = `${pod} already has sandbox ${owner}: remove it first, or increase the attempt`;
  return new LibcniError('ERR_IN_USE', summary, { containerId: owner, value: owner });
}
