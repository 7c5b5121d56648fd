import type * as z from 'zod';
import {
  booleanField,
  foldersField,
  foreignFoldersField,
  keys,
  objectWith,
  optional,
  pathField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument } from '../arguments/parse-argument.js';
import { type HelperClient, helperField } from '../platform/helper/index.js';
import type { Exec } from './exec/types.js';

/** How a `CNIConfig` finds plugins and keeps its cache. */
export interface CNIConfigOptions {
  /**
   * Plugin folders, searched in order; they become `CNI_PATH`. They must be on local file systems: they are searched
   * synchronously, and a file system that does not answer would block the process.
   */
  readonly path: readonly string[];
  /**
   * The cache folder, which can be shared with Go libcni. Must be on a local file system, like the plugin folders.
   * @default `/var/lib/cni`
   */
  readonly cacheDir?: string | undefined;
  /**
   * Turns a warning about an ADD into an error before anything runs: capability arguments that no plugin of the list
   * declares (`ERR_CONF_INVALID`). Other verbs still warn, so that attachments can be removed. @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * Whether ADD waits until its record survives a crash of the machine. Without it, the record is complete when ADD
   * resolves, and synced right after; a power failure also ends the namespaces. @default false
   */
  readonly sync?: boolean | undefined;
  /**
   * Whether the cache folder may belong to, or be writable by, a user other than root and this one. The group of root
   * counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** How to run plugins. @default the native helper if it is installed, else child processes */
  readonly exec?: Exec | undefined;
  /**
   * The native helper that inspects namespaces. @default that of `exec`, else that of this process. Without a helper,
   * less is known about a namespace
   */
  readonly helper?: HelperClient | undefined;
}

/** An `Exec`, in the arguments of a call. */
export const execField = lazy(() =>
  objectWith<Exec>('an Exec, with execPlugin() and findInPath()', 'execPlugin', 'findInPath'),
);

const optionsSchema = lazy(
  () =>
    keys(
      {
        path: foldersField(),
        cacheDir: optional(pathField()),
        strict: optional(booleanField()),
        sync: optional(booleanField()),
        foreignFolders: optional(foreignFoldersField()),
        exec: optional(execField()),
        helper: optional(helperField()),
      },
      'an object with the plugin folders as path',
    ) satisfies z.ZodType<CNIConfigOptions>,
);

/**
 * Parses the options of a `CNIConfig` and drops those that are `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseConfigOptions(options: CNIConfigOptions): CNIConfigOptions {
  return parseArgument(optionsSchema(), options, 'options');
}
