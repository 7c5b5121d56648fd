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

/** The parts that hooks use. All functions for the same containers must use the same folders. */
export interface HookPlaces {
  /** Attaches and detaches. */
  readonly operator: CNIOperator;
  /** The state folder; result files are in its subfolder `hook`. @default /var/lib/cni/libcni */
  readonly stateDir?: string | undefined;
  /** The folder of pinned namespaces. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly pinDir?: string | undefined;
  /**
   * Whether the folders of state and pins may belong to, or be writable by, a user other than root and this one. The group
   * of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}

/** How to run hooks. */
export interface HookOptions extends HookPlaces {
  /** The networks of containers, or a function that returns them for each. @default from environment and annotations */
  readonly request?: HookRequest | ((state: OciState) => HookRequest | Promise<HookRequest>) | undefined;
  /** Milliseconds for a hook, without the rollback of a failed one. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** Ends the hook and detaches what it has attached. */
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

/** The functions for hooks accept each other's options, so that a program can use one object. */
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

/** Parses the options of a function for hooks and drops those that are `null`. @throws LibcniError `ERR_CONF_INVALID` */
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

/** Combines the caller's signal and the time limit. */
export function limitSignal({
  signal,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: Pick<HookOptions, 'signal' | 'timeoutMs'>): AbortSignal {
  const time = new AbortController();
  const end = () =>
    time.abort(new LibcniError('ERR_TIMEOUT', `the time is up (${describeLimit(timeoutMs)})`));
  // Node timers take whole milliseconds, up to a maximum.
  setTimeout(end, Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1)).unref();
  return signal === undefined ? time.signal : AbortSignal.any([signal, time.signal]);
}
