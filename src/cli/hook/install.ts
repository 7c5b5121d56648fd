import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installHooks, type NetworkHooks, type OciHook, servedHooks } from '../../hook/index.js';
import type { HookInstallOptions } from './options.js';

/** The options that are paths: the runtime starts the hook in another folder. */
const paths = ['netconfpath', 'cacheDir', 'stateDir', 'pinDir'] as const;
const texts = ['defaultNetwork', 'networks', 'ports', 'ips', 'mac', 'ifname', 'cniArgs', 'capArgs'] as const;

/** Writes the hooks into a bundle: this very command with the options given, or the native helper. */
export async function install(bundle: string, options: HookInstallOptions): Promise<void> {
  const hooks = options.socket === undefined ? commandHooks(options) : helperHooks(options);
  const file = await installHooks(bundle, hooks);
  process.stdout.write(
    options.json ? `${JSON.stringify({ file, ...hooks })}\n` : `hooks written into ${file}\n`,
  );
}

function commandHooks(options: HookInstallOptions): NetworkHooks {
  const script = resolve(process.argv[1] ?? fileURLToPath(import.meta.url));
  const given = optionWords(options);
  const hook = (event: string): OciHook => ({
    path: process.execPath,
    args: ['node', script, 'hook', event, ...given],
    // What plugins run, such as iptables, is looked for there.
    env: [`PATH=${process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`],
  });
  return { createRuntime: hook('createRuntime'), poststop: hook('poststop') };
}

function optionWords(options: HookInstallOptions): string[] {
  const folders = paths.flatMap((name) => word(name, options[name] && resolve(options[name])));
  const others = texts.flatMap((name) => word(name, options[name]));
  const timeout = options.timeout === undefined ? [] : ['--timeout', `${options.timeout}ms`];
  const cniPath = options.cniPath?.split(':').map((folder) => resolve(folder));
  return [...folders, ...word('cniPath', cniPath?.join(':')), ...others, ...timeout];
}

function word(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return [`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value];
}

/** Where things are is known to the program that serves hooks; what the container wants goes into the environment. */
function helperHooks({ socket, timeout, ...options }: HookInstallOptions): NetworkHooks {
  const env = Object.fromEntries(
    [
      ['LIBCNI_NETWORKS', options.networks],
      ['LIBCNI_PORTS', options.ports],
      ['LIBCNI_IPS', options.ips],
      ['LIBCNI_MAC', options.mac],
      ['CNI_IFNAME', options.ifname],
      ['CNI_ARGS', options.cniArgs],
      ['CAP_ARGS', options.capArgs],
    ].filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return servedHooks({ socket: socket === true ? undefined : socket, timeoutMs: timeout, env });
}
