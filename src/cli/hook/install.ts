import { resolve } from 'node:path';
import { installHooks, type NetworkHooks, type OciHook, servedHooks } from '../../hook/index.js';
import { UsageError } from '../usage-error.js';
import { checkRequestTexts } from './check-request-texts.js';
import { lastingCommand, lastingPath } from './lasting-command.js';
import type { HookInstallOptions } from './options.js';
import { requestEnvironment, requestTexts } from './request-texts.js';

/** The options that are paths, to be made absolute: the runtime starts the hook in another folder. */
const paths = ['netconfpath', 'cniPath', 'cacheDir', 'stateDir', 'pinDir'] as const;

/** Writes the hooks into a bundle: this command with the given options, or the native helper. */
export async function install(bundle: string, options: HookInstallOptions): Promise<void> {
  checkRequestTexts(options);
  if (options.timeout === 0) throw new UsageError('--timeout must be more than 0: no hook could do its work');
  // The native helper of --socket lies in the same package.
  const script = lastingCommand();
  const hooks = options.socket === undefined ? commandHooks(script, options) : helperHooks(options);
  const file = await installHooks(bundle, hooks);
  process.stdout.write(
    options.json ? `${JSON.stringify({ file, ...hooks })}\n` : `hooks written into ${file}\n`,
  );
}

/** A runtime starts hooks without the environment of who installs them, so all that counts becomes an option. */
function commandHooks(script: string, options: HookInstallOptions): NetworkHooks {
  const given = optionWords(options);
  const hook = (event: string): OciHook => ({
    path: process.execPath,
    args: ['node', script, 'hook', event, ...given],
    // Plugins look there for programs such as iptables.
    env: [`PATH=${lastingPath()}`],
  });
  return { createRuntime: hook('createRuntime'), poststop: hook('poststop') };
}

function optionWords(options: HookInstallOptions): string[] {
  const { NETCONFPATH, CNI_PATH } = process.env;
  const places = {
    ...options,
    netconfpath: options.netconfpath ?? (NETCONFPATH || undefined),
    cniPath: (options.cniPath ?? (CNI_PATH || undefined))?.split(':').filter(Boolean),
  };
  const folders = paths.flatMap((name) => word(name, absolute(places[name])));
  const timeout = options.timeout === undefined ? [] : ['--timeout', `${options.timeout}ms`];
  const texts = requestTexts(options).flatMap(({ option, text }) => word(option, text));
  return [...folders, ...word('defaultNetwork', options.defaultNetwork), ...texts, ...timeout];
}

/** One folder, or several. */
function absolute(folders: string | readonly string[] | undefined): string | undefined {
  return (
    folders &&
    [folders]
      .flat()
      .map((folder) => resolve(folder))
      .join(':')
  );
}

function word(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return [`--${dashed(name)}`, value];
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What the container wants goes into the environment. */
function helperHooks({ socket, timeout, ...options }: HookInstallOptions): NetworkHooks {
  const [given] = [...paths, 'defaultNetwork' as const].filter((name) => options[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(
      `--${dashed(given)} cannot be used with --socket: the program that serves hooks has its own folders and default network`,
    );
  return servedHooks({
    socket: socket === true ? undefined : socket,
    timeoutMs: timeout && Math.ceil(timeout),
    env: requestEnvironment(options),
  });
}
