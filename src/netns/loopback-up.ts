import type * as z from 'zod';
import { booleanField, keys, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { HelperClient } from '../platform/helper/index.js';
import { netnsFields, netnsPathField } from './call-fields.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/** How to bring up `lo`. */
export interface LoopbackUpOptions extends NetnsOptions {
  /** Allows the namespace of this process, or of process 1. @default false: it is refused */
  readonly hostNetns?: boolean | undefined;
}

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      hostNetns: optional(booleanField()),
    }) satisfies z.ZodType<LoopbackUpOptions>,
);

/**
 * Brings up the interface `lo` of the namespace at `path`, without a plugin.
 *
 * @throws LibcniError `ERR_NETNS` if there is no network namespace, or it is that of this process or of process 1;
 * `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` if an argument is invalid.
 */
export async function loopbackUp(path: string, options: LoopbackUpOptions = {}): Promise<void> {
  parseArgument(netnsPathField(), path, 'path');
  const { helper = HelperClient.shared(), hostNetns, ...limits } = parseOptions(optionsSchema(), options);
  try {
    await abandoning({ doing: 'bring lo up in network namespace', path, ...limits }, (end) =>
      helper.loopbackUp(path, { signal: end, hostNetns }),
    );
  } catch (error) {
    throw netnsFailure('bring lo up in', path, error);
  }
}
