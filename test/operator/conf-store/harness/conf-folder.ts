import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  type ConfSnapshot,
  ConfStore,
  type ConfStoreOptions,
} from '../../../../src/operator/conf-store/index.js';

/** A configuration folder, and the stores that read it. */
export class ConfFolder implements AsyncDisposable {
  readonly root: string;
  readonly confDir: string;
  readonly binDir: string;
  readonly #stores: ConfStore[] = [];

  private constructor(root: string) {
    this.root = root;
    this.confDir = join(root, 'net.d');
    this.binDir = join(root, 'bin');
  }

  static async create(): Promise<ConfFolder> {
    const folder = new ConfFolder(await mkdtemp(join(tmpdir(), 'libcni-store-')));
    await mkdir(folder.confDir);
    return folder;
  }

  /** Writes a file in place, as most programs do: a string unchanged, anything else as JSON. */
  async write(name: string, content: unknown): Promise<string> {
    const file = join(this.confDir, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** Writes a file as careful programs do: next to its place, then renames it. */
  async replace(name: string, content: unknown): Promise<string> {
    const temp = await this.write(`.${name}.tmp`, content);
    const file = join(this.confDir, name);
    await rename(temp, file);
    return file;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.confDir, name), { recursive: true });
  }

  async store(options: Partial<ConfStoreOptions> = {}): Promise<ConfStore> {
    const store = await ConfStore.create({ confDir: this.confDir, binDirs: [this.binDir], ...options });
    this.#stores.push(store);
    return store;
  }

  /** A store that watches, with polling disabled. */
  async watching(options: Partial<ConfStoreOptions> = {}): Promise<ConfStore> {
    return await this.store({ watch: true, debounceMs: 20, pollMs: 3_600_000, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#stores.map((store) => store[Symbol.asyncDispose]()));
    await rm(this.root, { recursive: true, force: true });
  }
}

/** The content of a `.conflist`. */
export function list(name: string, more: object = {}): object {
  return { cniVersion: '1.0.0', name, plugins: [{ type: 'bridge' }], ...more };
}

export function names({ networks }: ConfSnapshot): string[] {
  return networks.map(({ name }) => name);
}

/** Problems by file name and code. */
export function briefly({ problems }: Pick<ConfSnapshot, 'problems'>): string[] {
  return problems.map(({ file, code }) => `${basename(file)} ${code}`);
}
