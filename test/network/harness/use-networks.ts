import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { CNIOperator, type NetworkSummary, Networks, type NetworksOptions } from '../../../src/index.js';
import { PluginFolder } from '../../fixtures/plugins/plugin-folder.js';

/** The plugins that the drivers need. */
const PLUGINS = ['bridge', 'portmap', 'firewall', 'host-local', 'macvlan', 'ipvlan', 'dhcp'];

/** Networks in an empty folder, with fixture plugins that report their versions; new for each test of the file. */
export class NetworksFixture {
  folder!: PluginFolder;
  operator!: CNIOperator;
  networks!: Networks;

  get confDir(): string {
    return join(this.folder.root, 'net.d');
  }

  /** Opens the same folder again. */
  async open(options: Partial<NetworksOptions> = {}): Promise<Networks> {
    return await Networks.open({ operator: this.operator, ...options });
  }

  /** Adds a plugin that supports these versions to the folder. */
  async speak(plugin: string, ...supportedVersions: string[]): Promise<void> {
    const stdout = JSON.stringify({ cniVersion: '1.0.0', supportedVersions });
    await this.folder.add(plugin, { VERSION: { stdout } });
  }

  /** The configuration of a network on disk. */
  async written({
    file,
  }: NetworkSummary): Promise<{ plugins: Record<string, unknown>[]; [key: string]: unknown }> {
    return JSON.parse(await readFile(file, 'utf8'));
  }
}

/** A fixture for each test of the file. */
export function useNetworks(): NetworksFixture {
  const fixture = new NetworksFixture();
  beforeEach(async () => {
    fixture.folder = await PluginFolder.create();
    for (const plugin of PLUGINS) await fixture.speak(plugin, '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0');
    const { bin, cacheDir } = fixture.folder;
    fixture.operator = await CNIOperator.create({ confDir: fixture.confDir, binDirs: [bin], cacheDir });
    fixture.networks = await fixture.open();
  });
  afterEach(async () => {
    await fixture.operator[Symbol.asyncDispose]();
    await fixture.folder[Symbol.asyncDispose]();
  });
  return fixture;
}
