import type * as z from 'zod';
import {
  booleanField,
  choiceField,
  foldersField,
  keys,
  objectWith,
  optional,
  pathField,
} from '../arguments/fields.js';
import { parseArgument } from '../arguments/parse-argument.js';
import { type HelperClient, helperField } from '../platform/helper/index.js';
import type { Exec } from './exec/types.js';

/** How a `CNIConfig` finds plugins and keeps its cache. */
export interface CNIConfigOptions {
  /**
   * Plugin folders, searched in order; they become `CNI_PATH`. They must be on local file systems: looking into them is
   * done synchronously, and one that does not answer would stop the process.
   */
  readonly path: readonly string[];
  /**
   * The cache folder, which can be shared with Go libcni. On a local file system, as the plugin folders.
   * @default `/var/lib/cni`
   */
  readonly cacheDir?: string | undefined;
  /**
   * Refuses, before anything runs, what would be a warning about the request: capability arguments that no plugin of the
   * list declares (`ERR_CONF_INVALID`). Only ADD is refused: what stands must be taken down. @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * Whether the cache folder may belong to, or be writable for, a user who is neither root nor this one. The group of root
   * counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** How plugins are run. @default the native helper where it is there, else child processes */
  readonly exec?: Exec | undefined;
  /**
   * The native helper that looks at namespaces. @default that of `exec`, else that of this process; where it is not
   * installed, less can be told of a namespace
   */
  readonly helper?: HelperClient | undefined;
}

/** What runs plugins, in the arguments of a call. */
export const execField = objectWith<Exec>(
  'an Exec, with execPlugin() and findInPath()',
  'execPlugin',
  'findInPath',
);

const optionsSchema = keys(
  {
    path: foldersField,
    cacheDir: optional(pathField),
    strict: optional(booleanField),
    foreignFolders: optional(choiceField('refuse', 'allow')),
    exec: optional(execField),
    helper: optional(helperField),
  },
  'an object with the plugin folders as path',
) satisfies z.ZodType<CNIConfigOptions>;

/**
 * The options of a `CNIConfig`, without those that are `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseConfigOptions(options: CNIConfigOptions): CNIConfigOptions {
  return parseArgument(optionsSchema, options, 'options');
}
