import { join } from 'node:path';
import { parseSubnet } from '../../addresses/index.js';
import { LinkFolder, type Taken } from '../../files/link-folder.js';
import type { StateFolderOptions } from '../../files/state-folder.js';
import { isAbandoned, isTemporary, temporaryName } from '../../files/temporary-name.js';
import { overlaps } from '../addressing/overlap.js';

/**
 * Claims on names, bridges and subnets of networks in the making. Each is a link that only one process can create: the
 * lock of the folder can be held twice if a clock is set. Claims end when the configuration is written, or when their
 * process ends.
 */
export class Claims {
  readonly #links: LinkFolder;

  constructor(stateDir: string, options: StateFolderOptions = {}) {
    this.#links = new LinkFolder(join(stateDir, 'claims'), {
      ...options,
      asideFolder: join(stateDir, 'unreadable'),
    });
  }

  /**
   * Claims everything that a network will have, or nothing.
   *
   * @returns a function that releases the claims; `undefined` if another process has claimed some of it
   */
  async take(wanted: {
    readonly names: readonly string[];
    readonly subnets: readonly string[];
  }): Promise<(() => Promise<void>) | undefined> {
    const files = [
      ...wanted.names.map((name) => `name-${name}`),
      ...wanted.subnets.map((subnet) => `subnet-${subnet.replace('/', '_')}`),
    ];
    const taken: string[] = [];
    const giveBack = async () => {
      for (const file of taken) await this.#links.free(file).catch(() => {});
    };
    for (const file of files) {
      if (!(await this.#takeOne(file))) return void (await giveBack());
      taken.push(file);
    }
    if (await this.#isOverlapped(wanted.subnets, taken)) return void (await giveBack());
    return giveBack;
  }

  async #takeOne(name: string): Promise<boolean> {
    const other = await this.#links.take(name, temporaryName());
    if (other === undefined) return true;
    if (!isLeft(other)) return false;
    await this.#links.free(name);
    return (await this.#links.take(name, temporaryName())) === undefined;
  }

  /** Whether somebody else has claimed a subnet that overlaps with one of these. */
  async #isOverlapped(subnets: readonly string[], own: readonly string[]): Promise<boolean> {
    const others = (await this.#links.all()).filter(({ name }) => !own.includes(name));
    return others.some((other) => {
      const theirs = parseSubnet(/^subnet-(.*)$/.exec(other.name)?.[1]?.replace('_', '/') ?? '');
      const meets = subnets.some((text) => {
        const ours = parseSubnet(text);
        return theirs && ours && overlaps(ours, theirs);
      });
      return meets && !isLeft(other);
    });
  }
}

/** Whether the process that made a claim has ended, or the link is not a claim at all. */
function isLeft({ owner, sinceMs }: Taken): boolean {
  return !isTemporary(owner) || isAbandoned(owner, sinceMs);
}
