import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { folderField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { checkArgument, parseArgument } from '../arguments/parse-argument.js';
import { LibcniError, type LibcniErrorCode } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { codeForCause, hasCode, reasonOf } from '../errors/system-error.js';
import { readLocalFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import { parseChecked } from './check-json.js';
import { hookSchema } from './oci-hook.js';
import type { NetworkHooks } from './served-hooks.js';

const hooksSchema = lazy(
  () =>
    z.looseObject({
      createRuntime: hookSchema(),
      poststop: hookSchema(),
    }) satisfies z.ZodType<NetworkHooks>,
);
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
 * Writes hooks into the config.json of a bundle, before existing hooks. Existing hooks of this library are replaced.
 * Everything else stays as it is.
 *
 * @returns the path of the file
 * @throws LibcniError `ERR_CONF_NOT_FOUND` if the bundle has no config.json, `ERR_CONF_INVALID` if it is invalid,
 * `ERR_PERMISSION`, `ERR_CACHE` if it cannot be written for another reason, for example because the disk is full
 */
export async function installHooks(bundle: string, hooks: NetworkHooks): Promise<string> {
  const file = join(resolve(parseArgument(folderField(), bundle, 'bundle')), 'config.json');
  checkArgument(hooksSchema(), hooks, 'hooks');
  try {
    const numbers = keptNumbers(readLocalFile(file).toString('utf8'));
    const config = parseChecked(configSchema(), numbers.text, { what: 'the configuration', file });
    const data = `${numbers.putBack(JSON.stringify(withHooks(config, hooks), null, 2))}\n`;
    await writeFileAtomic({ file, data, mode: statSync(file).mode & 0o777, dirMode: 0o755 });
    return file;
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    if (hasCode(cause, 'ENOENT', 'ENOTDIR'))
      throw new LibcniError('ERR_CONF_NOT_FOUND', NO_CONFIG, { cause, file });
    const summary = `cannot write hooks into config.json: ${reasonOf(cause)}`;
    throw new LibcniError(codeFor(cause), summary, { cause, file });
  }
}

function codeFor(cause: unknown): LibcniErrorCode {
  return codeForCause(cause, hasCode(cause, 'EISDIR', 'ELOOP', 'ENXIO') ? 'ERR_CONF_INVALID' : 'ERR_CACHE');
}

const NO_CONFIG =
  'the bundle has no config.json: name the folder of a bundle, or create the file with `runc spec`';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * JSON in which strings replace numbers that JavaScript cannot hold, such as Go's largest uint64, 18446744073709551615,
 * and a function that puts the numbers back.
 */
function keptNumbers(json: string): { text: string; putBack(written: string): string } {
  const mark = randomBytes(16).toString('hex');
  const isLost = (token: string) => NUMBER.test(token) && String(Number(token)) !== token;
  const text = json.replace(STRING_OR_NUMBER, (token) => (isLost(token) ? `"${mark}${token}"` : token));
  return { text, putBack: (written) => written.replace(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1') };
}

/** Networks are attached first, since other hooks may use them, and detached last. */
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
