import * as z from 'zod';
import { keys, optional, pathField, textWithoutNulField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseOptions } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { findHelperBinary } from '../platform/helper/index.js';
import type { OciHook } from './oci-hook.js';
import { socketPath } from './socket-path.js';

/** The two hooks that attach and detach a container. */
export interface NetworkHooks {
  readonly createRuntime: OciHook;
  readonly poststop: OciHook;
}

/** Options for hooks of a program that calls `serveHooks`. */
export interface ServedHooksOptions {
  /** The socket of that program. @default /run/libcni/hook.sock */
  readonly socket?: string | undefined;
  /** The environment of the hooks, such as `LIBCNI_NETWORKS`. @default none */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whole milliseconds that the hook waits for an answer. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

/** The longest time that the helper can parse. */
const MAX_MS = 2 ** 31 - 1;
const MILLISECONDS = { error: `must be a whole number of milliseconds from 1 to ${MAX_MS}` };

const optionsSchema = lazy(
  () =>
    keys({
      socket: optional(pathField().min(1, { error: 'must be a path, which is not empty' })),
      env: optional(
        z.record(z.string().regex(/^[^=\0]+$/), textWithoutNulField(), {
          error: 'must be an object of strings',
        }),
      ),
      timeoutMs: optional(z.int(MILLISECONDS).min(1, MILLISECONDS).max(MAX_MS, MILLISECONDS)),
    }) satisfies z.ZodType<ServedHooksOptions>,
);

/**
 * Hooks for config.json that ask a serving program. They run the native helper, so that no container waits for Node.
 *
 * @throws LibcniError `ERR_HELPER` if the native helper is missing, `ERR_CONF_INVALID` for invalid options
 */
export function servedHooks(options: ServedHooksOptions = {}): NetworkHooks {
  const { socket, env, timeoutMs } = parseOptions(optionsSchema(), options);
  const path = findHelperBinary();
  if (path === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  const words = [
    ...(socket === undefined ? [] : ['--socket', socketPath(socket, 'options.socket')]),
    ...(timeoutMs === undefined ? [] : ['--timeout-ms', String(timeoutMs)]),
  ];
  const hook = (event: string): OciHook => ({
    path,
    args: ['cni-helper', 'hook', ...words, event],
    ...(env && { env: Object.entries(env).map((pair) => pair.join('=')) }),
  });
  return { createRuntime: hook('createRuntime'), poststop: hook('poststop') };
}
