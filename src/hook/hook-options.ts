import { resolve } from 'node:path';
import * as z from 'zod';
import { defaultNetnsFolder } from '../netns/index.js';
import type { CNIOperator } from '../operator/index.js';
import { HelperClient } from '../platform/helper/index.js';
import { LockStore } from '../platform/locks/index.js';
import { checkJson } from './check-json.js';
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
  readonly helper: HelperClient;
}

const optionsSchema = z.object({
  operator: z.custom<CNIOperator>((value) => z.object({ attach: z.function() }).safeParse(value).success, {
    error: 'must be a CNIOperator',
  }),
  stateDir: z.string().min(1).optional(),
  pinDir: z.string().min(1).optional(),
  timeoutMs: z.number().min(0).optional(),
  signal: z
    .custom<AbortSignal>((value) => value instanceof EventTarget, { error: 'must be an AbortSignal' })
    .optional(),
  request: z.union([z.function(), z.looseObject({})]).optional(),
});

/** The context of what is given. @throws LibcniError `ERR_CONF_INVALID` */
export function hookContext(places: HookPlaces): HookContext {
  checkJson(optionsSchema, places, { what: 'options' });
  const { operator, stateDir = DEFAULT_STATE_DIR, pinDir = defaultNetnsFolder() } = places;
  const folder = resolve(stateDir, 'hook');
  const helper = places.helper ?? HelperClient.shared();
  return {
    operator,
    helper,
    records: new HookRecords(folder, resolve(pinDir)),
    locks: new LockStore(folder, helper),
    pinDir: resolve(pinDir),
  };
}

/** One signal for the caller's and for the time. */
export function limitSignal({
  signal,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: Pick<HookOptions, 'signal' | 'timeoutMs'>): AbortSignal {
  const time = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
  return signal === undefined ? time : AbortSignal.any([signal, time]);
}
