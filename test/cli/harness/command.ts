import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { PluginFolder, resultText } from '../../fixtures/plugins/plugin-folder.js';

const file = fileURLToPath(new URL('../../../dist/libcni.cjs', import.meta.url));
const versions = JSON.stringify({ cniVersion: '1.0.0', supportedVersions: ['0.4.0', '1.0.0'] });

/** How the command ended, and what it printed. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as it is in the package, with folders of its own and a network `front` of a plugin that does nothing. */
export class CommandBench {
  plugins!: PluginFolder;
  confDir = '';

  async open(): Promise<void> {
    this.plugins = await PluginFolder.create();
    await this.plugins.add('noop', {
      VERSION: { stdout: versions },
      ADD: { stdout: resultText('10.1.0.2/24') },
    });
    this.confDir = join(this.plugins.root, 'net.d');
    await mkdir(this.confDir);
    await this.configure('front');
  }

  async configure(name: string, ...plugins: readonly object[]): Promise<void> {
    const list = { cniVersion: '1.0.0', name, plugins: plugins.length > 0 ? plugins : [{ type: 'noop' }] };
    await writeFile(join(this.confDir, `${name}.conflist`), JSON.stringify(list));
  }

  /** The option for the cache folder, which has no variable. */
  get cache(): string[] {
    return ['--cache-dir', this.plugins.cacheDir];
  }

  async run(...args: readonly string[]): Promise<Outcome> {
    return await this.runWith({}, ...args);
  }

  async runWith(more: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
    const { PATH } = process.env;
    const env = { PATH, NETCONFPATH: this.confDir, CNI_PATH: this.plugins.bin, ...more };
    const child = spawn(process.execPath, [file, ...args], {
      env,
      cwd: this.plugins.root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = new Promise<number>((settle) => child.once('exit', settle));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    return { code, stdout, stderr };
  }
}

/** A {@link CommandBench} for each test. */
export function useCommandBench(): CommandBench {
  const bench = new CommandBench();
  beforeEach(() => bench.open());
  afterEach(() => bench.plugins[Symbol.asyncDispose]());
  return bench;
}
