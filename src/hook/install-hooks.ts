import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { hasCode } from '../errors/system-error.js';
import { readLocalFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import { findHelperBinary } from '../platform/helper/index.js';
import { parseChecked } from './check-json.js';
import type { OciHook } from './oci-hook.js';

/** The two hooks that give a container its networks. */
export interface NetworkHooks {
  readonly createRuntime: OciHook;
  readonly poststop: OciHook;
}

/** How the hooks of a program that calls `serveHooks` are made. */
export interface ServedHooksOptions {
  /** The socket of that program. @default /run/libcni/hook.sock */
  readonly socket?: string | undefined;
  /** The environment of the hooks, such as `LIBCNI_NETWORKS`. @default none */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds that the hook waits for an answer. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

const listSchema = lazy(() =>
  z.array(z.looseObject({ path: z.string(), args: z.array(z.string()).optional() })),
);
const configSchema = lazy(() =>
  z.looseObject({
    ociVersion: z.string(),
    hooks: z
      .looseObject({ createRuntime: listSchema().nullish(), poststop: listSchema().nullish() })
      .nullish(),
  }),
);

/**
 * The hooks for config.json that ask the program which serves them: the native helper, so that no container waits for Node.
 *
 * @throws LibcniError `ERR_HELPER` where the native helper is missing
 */
export function servedHooks({ socket, env, timeoutMs }: ServedHooksOptions = {}): NetworkHooks {
  const path = findHelperBinary();
  if (path === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  const options = [
    ...(socket === undefined ? [] : ['--socket', resolve(socket)]),
    ...(timeoutMs === undefined ? [] : ['--timeout-ms', String(timeoutMs)]),
  ];
  const hook = (event: string): OciHook => ({
    path,
    args: ['cni-helper', 'hook', ...options, event],
    ...(env && { env: Object.entries(env).map(([name, value]) => `${name}=${value}`) }),
  });
  return { createRuntime: hook('createRuntime'), poststop: hook('poststop') };
}

/**
 * Writes hooks into the config.json of a bundle, in front of those that are there; those of this library that it has already
 * are replaced. Everything else stays as it is.
 *
 * @returns the path of the file
 * @throws LibcniError `ERR_CONF_NOT_FOUND` where the bundle has no config.json, `ERR_CONF_INVALID` where it is none,
 * `ERR_PERMISSION`
 */
export async function installHooks(bundle: string, hooks: NetworkHooks): Promise<string> {
  const file = join(resolve(bundle), 'config.json');
  try {
    const numbers = keptNumbers(readLocalFile(file).toString('utf8'));
    const config = parseChecked(configSchema(), numbers.text, { what: 'the configuration', file });
    const data = `${numbers.putBack(JSON.stringify(withHooks(config, hooks), null, 2))}\n`;
    await writeFileAtomic({ file, data, mode: statSync(file).mode & 0o777, dirMode: 0o755 });
    return file;
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    const summary = `cannot write hooks into config.json: ${cause instanceof Error ? cause.message : cause}`;
    const code = hasCode(cause, 'ENOENT', 'ENOTDIR') ? 'ERR_CONF_NOT_FOUND' : 'ERR_PERMISSION';
    throw new LibcniError(code, summary, { cause, file });
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * A JSON text in which strings stand for the numbers that JavaScript cannot hold, such as the limit 18446744073709551615 of
 * Go's uint64, and what puts them back.
 */
function keptNumbers(json: string): { text: string; putBack(written: string): string } {
  const mark = randomBytes(16).toString('hex');
  const isLost = (token: string) => NUMBER.test(token) && String(Number(token)) !== token;
  const text = json.replace(STRING_OR_NUMBER, (token) => (isLost(token) ? `"${mark}${token}"` : token));
  return { text, putBack: (written) => written.replace(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1') };
}

/** First come the networks, which other hooks may want to use; last they go. */
function withHooks(
  config: z.infer<ReturnType<typeof configSchema>>,
  { createRuntime, poststop }: NetworkHooks,
): unknown {
  const others = (list: z.infer<ReturnType<typeof listSchema>> | null | undefined) =>
    (list ?? []).filter((hook) => !isOurs(hook));
  return {
    ...config,
    hooks: {
      ...config.hooks,
      createRuntime: [createRuntime, ...others(config.hooks?.createRuntime)],
      poststop: [...others(config.hooks?.poststop), poststop],
    },
  };
}

function isOurs({
  path,
  args = [],
}: {
  readonly path: string;
  readonly args?: readonly string[] | undefined;
}): boolean {
  const words = [path, ...args];
  return words.includes('hook') && words.some((word) => /(^|\/)(cni-helper|libcni(\.c?js)?)$/.test(word));
}
