import { resolve } from 'node:path';
import type * as z from 'zod';
import {
  booleanField,
  folderField,
  foreignFoldersField,
  functionField,
  instance,
  isKeyed,
  keys,
  limitFields,
  objectWith,
  optional,
  pathField,
  textsField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument } from '../arguments/parse-argument.js';
import { describeLimit } from '../errors/describe-limit.js';
import { LibcniError } from '../errors/libcni-error.js';
import { checkFolders } from '../files/check-owner.js';
import { defaultNetnsFolder } from '../netns/index.js';
import { type CNIOperator, stateOptionsFor } from '../operator/index.js';
import { HelperClient, helperField } from '../platform/helper/index.js';
import { LockStore } from '../platform/locks/index.js';
import { HookRecords } from './hook-record.js';
import type { HookRequest } from './hook-settings.js';
import type { OciState } from './oci-state.js';

const DEFAULT_STATE_DIR = '/var/lib/cni/libcni';
const DEFAULT_TIMEOUT_MS = 60_000;

/** What hooks work with. All that work on the same containers must have the same folders. */
export interface HookPlaces {
  /** Attaches and detaches. */
  readonly operator: CNIOperator;
  /** The folder of state; result files are in `hook` under it. @default /var/lib/cni/libcni */
  readonly stateDir?: string | undefined;
  /** The folder of pinned namespaces. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly pinDir?: string | undefined;
  /**
   * Whether the folders of state and pins may belong to, or be writable for, a user who is neither root nor this one. The
   * group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}

/** How hooks are run. */
export interface HookOptions extends HookPlaces {
  /** What containers are attached to, or a function that says it of each. @default environment and annotations say it */
  readonly request?: HookRequest | ((state: OciState) => HookRequest | Promise<HookRequest>) | undefined;
  /** Milliseconds for all of a hook but the rollback of one that failed. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** Ends the hook: what has been attached is detached again. */
  readonly signal?: AbortSignal | undefined;
}

/** Where the work of hooks is done. */
export interface HookContext {
  readonly operator: CNIOperator;
  readonly records: HookRecords;
  /** One container, one lock. */
  readonly locks: LockStore;
  readonly pinDir: string;
  readonly foreignFolders: 'refuse' | 'allow' | undefined;
  readonly helper: HelperClient;
}

/** What one function about hooks does not use, another may: a program can have one object of options. */
const optionsSchema = lazy(
  () =>
    keys({
      operator: objectWith<CNIOperator>('a CNIOperator', 'attach'),
      stateDir: optional(folderField()),
      pinDir: optional(folderField()),
      foreignFolders: optional(foreignFoldersField()),
      helper: optional(helperField()),
      ...limitFields(),
      request: optional(
        instance<NonNullable<HookOptions['request']>>(
          'an object or a function',
          (value) => isKeyed(value) || typeof value === 'function',
        ),
      ),
      env: optional(textsField()),
      socket: optional(pathField().min(1, { error: 'must be a path, which is not empty' })),
      inUse: optional(functionField<(id: string) => boolean | Promise<boolean>>()),
      dryRun: optional(booleanField()),
    }) satisfies z.ZodType<HookPlaces>,
);

/** The options of a function about hooks, without those that are `null`. @throws LibcniError `ERR_CONF_INVALID` */
export function parseHookOptions(options: HookPlaces): z.output<ReturnType<typeof optionsSchema>> {
  return parseArgument(optionsSchema(), options, 'options');
}

/** Where the work of hooks is done. @throws LibcniError `ERR_PERMISSION` for folders that others may change */
export function hookContext(given: HookPlaces): HookContext {
  const { operator, stateDir = DEFAULT_STATE_DIR, pinDir = defaultNetnsFolder(), foreignFolders } = given;
  const folder = resolve(stateDir, 'hook');
  checkFolders([resolve(stateDir), folder], foreignFolders);
  const helper = given.helper ?? HelperClient.shared();
  const state = stateOptionsFor(operator, foreignFolders);
  return {
    operator,
    helper,
    foreignFolders,
    records: new HookRecords(folder, resolve(pinDir), state),
    locks: new LockStore(folder, helper, state),
    pinDir: resolve(pinDir),
  };
}

/** One signal for the caller's and for the time. */
export function limitSignal({
  signal,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: Pick<HookOptions, 'signal' | 'timeoutMs'>): AbortSignal {
  const time = new AbortController();
  const end = () =>
    time.abort(new LibcniError('ERR_TIMEOUT', `the time is up (${describeLimit(timeoutMs)})`));
  // Node knows whole milliseconds only, and not too many of them.
  setTimeout(end, Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1)).unref();
  return signal === undefined ? time.signal : AbortSignal.any([signal, time.signal]);
}
