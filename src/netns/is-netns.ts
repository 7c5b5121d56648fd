import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { HelperClient, SpawnError } from '../platform/helper/index.js';
import { netnsOptionsSchema } from './call-fields.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

const EMPTY = { error: 'must be a path, which is not empty' };

/** A path with NUL is left to the helper, which explains why an odd path cannot lead to a namespace. */
const anyPathField = lazy(() => z.string(EMPTY).min(1, EMPTY));

/**
 * Whether there is a network namespace at `path`; `false` if there is nothing.
 *
 * @throws LibcniError `ERR_PERMISSION` if that cannot be seen, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` if
 * an argument is invalid.
 */
export async function isNetns(path: string, options: NetnsOptions = {}): Promise<boolean> {
  parseArgument(anyPathField(), path, 'path');
  const { helper = HelperClient.shared(), ...limits } = parseOptions(netnsOptionsSchema(), options);
  try {
    const info = await abandoning({ doing: 'inspect network namespace', path, ...limits }, (end) =>
      helper.inspectNetns(path, { signal: end }),
    );
    return info.isNetns;
  } catch (error) {
    if (error instanceof SpawnError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw netnsFailure('inspect', path, error);
  }
}
