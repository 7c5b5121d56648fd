import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { type Exec, type ExecOptions, LibcniError } from '../index.js';
import {
  defaultResult,
  type FakeAnswer,
  type FakePlugin,
  failureOf,
  fakePluginSchema,
} from './fake-answer.js';
import { parseOptions } from './parse-options.js';
import { type PluginCall, pluginCall } from './plugin-call.js';

/** Addresses of 192.0.2.0/24 that containers get: 2 to 254. */
const HOSTS = 253;

const ALL_VERSIONS = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'];

/** The content of a folder of fake plugins. */
export interface FakePluginsOptions {
  /** By type, which is the name of the executable. */
  readonly plugins: Readonly<Record<string, FakePlugin>>;
}

const optionsSchema = lazy(
  () =>
    z.strictObject({
      plugins: z.record(z.string(), fakePluginSchema()),
    }) satisfies z.ZodType<FakePluginsOptions>,
);

/**
 * Plugins that run in this process, record their calls, and answer what a test tells them to. They need no permissions,
 * no namespace and no executable. Pass this as `exec`, and its {@link folder} as the plugin folder:
 *
 * `new CNIConfig({ path: [plugins.folder], exec: plugins })`
 */
export class FakePlugins implements Exec, AsyncDisposable {
  /** Holds an executable for each plugin, for code that checks whether a plugin is installed. Run directly, it fails. */
  readonly folder: string;
  readonly #plugins: Readonly<Record<string, FakePlugin>>;
  readonly #calls: PluginCall[] = [];
  #hosts = 0;

  private constructor(folder: string, { plugins }: FakePluginsOptions) {
    this.folder = folder;
    this.#plugins = plugins;
  }

  /**
   * Creates plugins, and a folder for them that is removed when they are closed.
   *
   * @throws LibcniError `ERR_CONF_INVALID`
   */
  static async create(options: FakePluginsOptions): Promise<FakePlugins> {
    const given = parseOptions(optionsSchema(), options);
    const types = Object.keys(given.plugins);
    const bad = types.find((type) => type === '' || /[/\0]/.test(type));
    if (bad !== undefined) {
      const summary = `the name of a plugin must be a file name without a folder: ${JSON.stringify(bad)}`;
      throw new LibcniError('ERR_CONF_INVALID', summary, { value: bad, jsonPath: '$.plugins' });
    }
    const folder = await mkdtemp(join(tmpdir(), 'libcni-fake-'));
    for (const type of types) await writeStandIn(join(folder, type), type);
    return new FakePlugins(folder, given);
  }

  /** The calls so far, in order, without VERSION. */
  get calls(): readonly PluginCall[] {
    return [...this.#calls];
  }

  /** Forgets the calls so far. */
  clear(): void {
    this.#calls.length = 0;
  }

  /** Called by the library. */
  async execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string> {
    const call = pluginCall(path, stdin, env);
    const plugin = this.#plugins[call.plugin];
    if (plugin === undefined) throw this.#missing(call.plugin);
    if (call.verb === 'VERSION') return versionText(call, plugin);
    this.#calls.push(call);
    const given = plugin[call.verb];
    const answer = (typeof given === 'function' ? await given(call) : given) ?? {};
    await pause(answer.delayMs, { path, ...options });
    if (answer.error !== undefined) throw failureOf(answer.error, path);
    return this.#print(call, answer);
  }

  /** Called by the library. */
  async findInPath(plugin: string, _folders: readonly string[]): Promise<string> {
    if (this.#plugins[plugin] === undefined) throw this.#missing(plugin);
    return join(this.folder, plugin);
  }

  /** Removes the folder. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #print(call: PluginCall, { result }: FakeAnswer): string {
    if (result !== undefined) return JSON.stringify(result);
    if (call.verb !== 'ADD') return '';
    if (call.config.prevResult === undefined) this.#hosts += 1;
    return JSON.stringify(defaultResult(call, 2 + ((this.#hosts - 1) % HOSTS)));
  }

  #missing(plugin: string): LibcniError {
    const known = Object.keys(this.#plugins).join(', ');
    const summary = `no fake plugin ${JSON.stringify(plugin)}; there are: ${known === '' ? 'none' : known}`;
    return new LibcniError('ERR_PLUGIN_NOT_FOUND', summary, { reason: 'plugin-missing', plugin });
  }
}

/** An executable that prints what is wrong if it is run. */
async function writeStandIn(file: string, type: string): Promise<void> {
  const msg = `${type} is a fake plugin: pass the FakePlugins object as the option exec`;
  await writeFile(
    file,
    `#!/bin/sh\nprintf %s '${JSON.stringify({ code: 999, msg }).replaceAll("'", '’')}'\nexit 1\n`,
  );
  await chmod(file, 0o755);
}

function versionText(
  { config }: PluginCall,
  { supportedVersions: spoken = ALL_VERSIONS }: FakePlugin,
): string {
  return JSON.stringify({ cniVersion: config.cniVersion ?? spoken.at(-1), supportedVersions: spoken });
}

/** A plugin that is ended while it works fails like a real one. */
async function pause(
  delayMs: number | undefined,
  { path, signal, timeoutMs }: ExecOptions & { readonly path: string },
): Promise<void> {
  const isTooLong = timeoutMs !== undefined && (delayMs ?? 0) > timeoutMs;
  try {
    signal?.throwIfAborted();
    if (delayMs !== undefined) await sleep(isTooLong ? timeoutMs : delayMs, undefined, signal && { signal });
  } catch {
    const { reason } = signal ?? {};
    const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
    const details = { pluginPath: path, cause: reason };
    throw new LibcniError(isTimeout ? 'ERR_TIMEOUT' : 'ERR_ABORTED', 'ended by the caller', details);
  }
  if (!isTooLong) return;
  throw new LibcniError('ERR_TIMEOUT', `plugin did not end within ${timeoutMs} ms and was stopped`, {
    pluginPath: path,
  });
}
