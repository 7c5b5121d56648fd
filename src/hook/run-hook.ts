import { choiceField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { ownCopy } from '../arguments/own-copy.js';
import { parseArgument } from '../arguments/parse-argument.js';
import { abortedError } from '../errors/aborted-error.js';
import { addCircumstances } from '../errors/add-circumstances.js';
import { validateContainerId } from '../libcni/index.js';
import { onAbort } from '../platform/helper/on-abort.js';
import { Patience } from '../platform/locks/index.js';
import { createRuntime } from './create-runtime.js';
import {
  type HookContext,
  type HookOptions,
  hookContext,
  limitSignal,
  parseHookOptions,
} from './hook-options.js';
import { checkIdFits } from './hook-record.js';
import { type HookRequest, hookSettings } from './hook-settings.js';
import { type OciState, parseOciState } from './oci-state.js';
import type { HookOutcome } from './outcome.js';
import { takeDown } from './take-down.js';

/** The events of the hook; `prestart`, its predecessor, counts as `createRuntime`. */
export type HookEvent = 'createRuntime' | 'prestart' | 'poststop';

const eventField = lazy(() => choiceField('createRuntime', 'prestart', 'poststop'));

/** How to run one hook. */
export interface RunHookOptions extends HookOptions {
  /** The environment of the hook in config.json. @default that of this process */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Does the work of a container's hook (OCI runtime specification, config.md, "POSIX-platform Hooks").
 *
 * `createRuntime` pins the network namespace of the container's process with a file, attaches it, and writes the result
 * file. It ignores a container in the host's network, or in that of another container of these hooks. `poststop` detaches
 * inside that namespace although its process is gone, and unpins it. Either may be called twice, and `poststop` also
 * after a `createRuntime` that failed or never ran. A failed `createRuntime` is rolled back.
 *
 * @param stateJson - the state of the container, as the runtime writes it to the hook's standard input
 * @throws LibcniError `ERR_CONF_INVALID` for an invalid state or options, `ERR_ANNOTATION`, `ERR_IN_USE` for the id of an
 * existing container, `ERR_LOCKED`, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_CACHE`, and those of `attach`,
 * `detach` and `pinNamespaces`
 */
export async function runHook(
  event: HookEvent,
  stateJson: string,
  options: RunHookOptions,
): Promise<HookOutcome> {
  const given = parseHookOptions(options);
  return await runHookIn(hookContext(given), { event, stateJson, options: given });
}

/** One hook of several that share a context. */
export interface HookRun {
  readonly event: HookEvent;
  readonly stateJson: string;
  readonly options: RunHookOptions;
}

/** {@link runHook} for callers that run several. */
export async function runHookIn(
  context: HookContext,
  { event, stateJson, options }: HookRun,
): Promise<HookOutcome> {
  parseArgument(eventField(), event, 'event');
  const state = parseOciState(stateJson);
  const signal = limitSignal(options);
  try {
    validateContainerId(state.id);
    if (event === 'poststop') return await poststop(context, state, signal);
    checkIdFits(state.id);
    const request = await untilAborted(requestOf(options, state), signal);
    const settings = hookSettings({ state, env: options.env ?? process.env, request });
    return await createRuntime(context, { state, settings, signal });
  } catch (error) {
    throw addCircumstances(error, { containerId: state.id });
  }
}

/** The caller may change its object while the container is attached. */
async function requestOf({ request = {} }: HookOptions, state: OciState): Promise<HookRequest> {
  return ownCopy(typeof request === 'function' ? await request(state) : request);
}

/** The caller's function may never answer. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    onAbort(signal, () =>
      reject(abortedError(signal, 'cancelled before the networks of the container were known')),
    );
  });
  return await Promise.race([work, aborted]);
}

async function poststop(context: HookContext, { id }: OciState, signal: AbortSignal): Promise<HookOutcome> {
  return await context.locks.withLock(
    id,
    async () => {
      const record = context.records.read(id);
      if (record === undefined) return { did: 'nothing', reason: 'not attached' };
      await takeDown(context, record, signal);
      return { did: 'detached' };
    },
    new Patience({ signal }),
  );
}
