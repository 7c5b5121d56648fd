import { readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSubnet } from '../../addresses/index.js';
import { hasCode } from '../../errors/system-error.js';
import { ensureFolder } from '../../files/folders.js';
import { isAbandoned, temporaryName } from '../../files/temporary-name.js';
import { overlaps } from '../addressing/overlap.js';

const DIR_MODE = 0o700;

/**
 * Claims on names, bridges and subnets of networks in the making. Each is a link that only one process can create: the
 * lock of the folder can be held twice if a clock is set. Claims end when the configuration is written, or when their
 * process ends.
 */
export class Claims {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
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
      for (const file of taken) await unlink(join(this.#folder, file)).catch(() => {});
    };
    for (const file of files) {
      if (!(await this.#takeOne(file))) return void (await giveBack());
      taken.push(file);
    }
    if (await this.#isOverlapped(wanted.subnets, taken)) return void (await giveBack());
    return giveBack;
  }

  async #takeOne(name: string, mayRetry = true): Promise<boolean> {
    const path = join(this.#folder, name);
    try {
      await symlink(temporaryName(), path);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT') && mayRetry) await ensureFolder(this.#folder, DIR_MODE);
      else if (!hasCode(error, 'EEXIST')) throw error;
      else if (!mayRetry || !(await isLeft(path))) return false;
      else await unlink(path).catch(() => {});
      return await this.#takeOne(name, false);
    }
  }

  /** Whether somebody else has claimed a subnet that overlaps with one of these. */
  async #isOverlapped(subnets: readonly string[], own: readonly string[]): Promise<boolean> {
    const others = (await readdir(this.#folder)).filter((file) => !own.includes(file));
    for (const file of others) {
      const theirs = parseSubnet(/^subnet-(.*)$/.exec(file)?.[1]?.replace('_', '/') ?? '');
      const meets = subnets.some((text) => {
        const ours = parseSubnet(text);
        return theirs && ours && overlaps(ours, theirs);
      });
      if (meets && !(await isLeft(join(this.#folder, file)))) return true;
    }
    return false;
  }
}

/** Whether the process that made a claim has ended. */
async function isLeft(path: string): Promise<boolean> {
  try {
    // The age does not count, since clocks can be set.
    return isAbandoned(await readlink(path), Date.now());
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
}
