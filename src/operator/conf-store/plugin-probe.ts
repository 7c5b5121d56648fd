import { stat } from 'node:fs/promises';
import { CNIConfig } from '../../libcni/cni-config.js';
import { findInPath } from '../../libcni/exec/find-in-path.js';
import type { Exec } from '../../libcni/exec/types.js';

/** How to find and ask plugins. */
export interface PluginProbeOptions {
  readonly binDirs: readonly string[];
  /** Folders for one plugin type, searched before `binDirs`. */
  readonly pluginDirs: (pluginType: string) => readonly string[];
  /** Asks the plugins of `binDirs`. */
  readonly cni?: CNIConfig | undefined;
  readonly exec?: Exec | undefined;
  /** Ends running plugins. */
  readonly signal: AbortSignal;
}

interface Answer {
  readonly stamp: string;
  readonly versions: Promise<readonly string[]>;
}

/** More than any working plugin needs to print its versions. */
const TIMEOUT_MS = 10_000;

/** Asks plugins which versions of the specification they support, and again only when their files change. */
export class PluginProbe {
  readonly #options: PluginProbeOptions;
  readonly #cni: CNIConfig;
  readonly #answers = new Map<string, Answer>();

  constructor(options: PluginProbeOptions) {
    this.#options = options;
    this.#cni = options.cni ?? new CNIConfig({ path: options.binDirs, exec: options.exec });
  }

  /** The folders to search for a plugin. */
  folders(pluginType: string): readonly string[] {
    return [...this.#options.pluginDirs(pluginType), ...this.#options.binDirs];
  }

  /**
   * The versions that a plugin supports.
   *
   * @throws PluginError, LibcniError `ERR_PLUGIN_NOT_FOUND`, `ERR_PERMISSION`, `ERR_TIMEOUT`, `ERR_HELPER`
   */
  async versions(pluginType: string): Promise<readonly string[]> {
    const file = await findInPath(pluginType, this.folders(pluginType));
    const stamp = await stampOf(file);
    const known = this.#answers.get(file);
    if (known?.stamp === stamp) return await known.versions;
    const answer = { stamp, versions: this.#ask(pluginType) };
    this.#answers.set(file, answer);
    try {
      return await answer.versions;
    } catch (error) {
      // A failure may go away without a change of the file.
      if (this.#answers.get(file) === answer) this.#answers.delete(file);
      throw error;
    }
  }

  async #ask(pluginType: string): Promise<readonly string[]> {
    const { signal } = this.#options;
    const info = await this.#cniFor(pluginType).getVersionInfo(pluginType, { signal, timeoutMs: TIMEOUT_MS });
    return info.supportedVersions;
  }

  #cniFor(pluginType: string): CNIConfig {
    if (this.#options.pluginDirs(pluginType).length === 0) return this.#cni;
    return new CNIConfig({ path: this.folders(pluginType), exec: this.#options.exec });
  }
}

async function stampOf(file: string): Promise<string> {
  // The last one also changes with permissions.
  const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
