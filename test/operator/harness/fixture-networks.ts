import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CNIOperator, type CNIOperatorOptions } from '../../../src/index.js';
import { PluginFolder, resultText } from '../../fixtures/plugins/plugin-folder.js';

/** The configuration of a plugin. */
interface FixturePlugin {
  readonly type: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
}

/** A configuration folder, its fixture plugins, and the operators that use them. */
export class FixtureNetworks implements AsyncDisposable {
  readonly confDir: string;
  readonly #operators: CNIOperator[] = [];

  private constructor(readonly plugins: PluginFolder) {
    this.confDir = join(plugins.root, 'net.d');
  }

  static async create(): Promise<FixtureNetworks> {
    const networks = new FixtureNetworks(await PluginFolder.create());
    await mkdir(networks.confDir);
    return networks;
  }

  /** Adds a network with one plugin, after the earlier ones. Also adds the executable of that type. */
  async add(name: string, plugin: FixturePlugin, more: object = {}): Promise<void> {
    await this.plugins.add(plugin.type, { ADD: { stdout: resultText() } });
    await this.configure(name, plugin, more);
  }

  /** The same, without the executable. */
  async configure(name: string, plugin: object, more: object = {}): Promise<void> {
    const content = { cniVersion: '1.0.0', name, plugins: [plugin], ...more };
    await writeFile(join(this.confDir, `${name}.conflist`), JSON.stringify(content));
  }

  async operator(options: CNIOperatorOptions = {}): Promise<CNIOperator> {
    const { bin, cacheDir } = this.plugins;
    const { confDir } = this;
    const operator = await CNIOperator.create({
      confDir,
      binDirs: [bin],
      cacheDir,
      loopback: 'none',
      ...options,
    });
    this.#operators.push(operator);
    return operator;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const operator of this.#operators) await operator[Symbol.asyncDispose]();
    await this.plugins[Symbol.asyncDispose]();
  }
}
