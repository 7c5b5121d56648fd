import * as z from 'zod';
import { choiceField, keys, limitFields, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { asError } from '../errors/system-error.js';
import { netnsPathField } from '../netns/index.js';
import { HelperClient, helperField, SpawnError, type SpawnOutcome } from '../platform/helper/index.js';
import { type HookPlace, placeOf, programOf, refuseNotStarted, stateIn } from './hook-place.js';
import { type HookPoint, hookSchema, type OciHook } from './oci-hook.js';
import type { OciState } from './oci-state.js';

/** How to run an array of hooks. */
export interface RunHooksOptions {
  /** The point at which they run, which decides the effect of a failure. @default createRuntime */
  readonly point?: HookPoint | undefined;
  /** The network namespace that they run in, at points in the runtime's namespaces. @default that of this process */
  readonly netns?: string | undefined;
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
  /** Ends the running hook; no other is started. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each hook, if its own `timeout` is not shorter. @default no limit */
  readonly timeoutMs?: number | undefined;
}

/** Checked, since a mistyped point would run hooks of the container in the runtime's namespaces. */
const pointField = lazy(
  () =>
    choiceField(
      'prestart',
      'createRuntime',
      'createContainer',
      'startContainer',
      'poststart',
      'poststop',
    ) satisfies z.ZodType<HookPoint>,
);

const hooksSchema = lazy(() => z.array(hookSchema()) satisfies z.ZodType<OciHook[]>);

const optionsSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      point: optional(pointField()),
      netns: optional(netnsPathField()),
      helper: optional(helperField()),
    }) satisfies z.ZodType<RunHooksOptions>,
);

/**
 * Runs the hooks of one point, in order, each with the state on its standard input.
 *
 * At `prestart`, `createRuntime`, `poststart` and `poststop` they run in the namespaces of this process. At
 * `createContainer` and `startContainer` they run in all namespaces of the container's process (`pid` of the state), and
 * the state that they read has the pid of the process there. The `path` of a hook is resolved in the runtime's mount
 * namespace at `createContainer`, in the container's at `startContainer`. (OCI runtime specification, config.md,
 * "POSIX-platform Hooks", and runtime.md, "State")
 *
 * @returns the failures at `poststop`, where all hooks run despite failures
 * @throws LibcniError at any other point for the first failed hook, after which no other runs: the runtime must stop the
 * container and run its poststop hooks. `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_NOT_FOUND` and `ERR_PERMISSION` for a program
 * that cannot be started, `ERR_RUNTIME` for a failed hook, with the message that it printed, `ERR_CONF_INVALID` for an
 * invalid array, `ERR_NETNS` if the namespaces of the container cannot be entered, `ERR_HELPER`
 */
export async function runHooks(
  hooks: readonly OciHook[],
  state: OciState,
  options?: RunHooksOptions,
): Promise<LibcniError[]> {
  const wanted = parseArgument(hooksSchema(), hooks, 'hooks');
  const given = parseOptions(optionsSchema(), options);
  const { point = 'createRuntime' } = given;
  const place = placeOf(point, state);
  const stdin = JSON.stringify(stateIn(place, state));
  const failures: LibcniError[] = [];
  for (const [index, hook] of wanted.entries()) {
    try {
      await runOne(hook, stdin, { ...given, ...place });
    } catch (error) {
      const failure = named(error, { index, hook, point });
      if (point !== 'poststop' || given.signal?.aborted) throw failure;
      failures.push(failure);
    }
  }
  return failures;
}

async function runOne(hook: OciHook, stdin: string, options: RunHooksOptions & HookPlace): Promise<void> {
  const { helper = HelperClient.shared(), netns, signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const limitMs = Math.min(timeoutMs, (hook.timeout ?? Number.POSITIVE_INFINITY) * 1000);
  const outcome = await helper.spawn({
    ...programOf(hook, options),
    env: Object.fromEntries((hook.env ?? []).map(splitVariable)),
    stdin,
    netns,
    signal,
    ...(limitMs !== Number.POSITIVE_INFINITY && { timeoutMs: limitMs }),
  });
  refuseFailure(outcome, limitMs);
}

function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}

function refuseFailure({ ended, exitCode, signal, stderr, stdout }: SpawnOutcome, limitMs: number): void {
  if (ended === 'deadline') throw new LibcniError('ERR_TIMEOUT', `it did not end within ${limitMs} ms`);
  if (ended === 'cancelled') throw new LibcniError('ERR_ABORTED', 'it was ended by the caller');
  if (exitCode === 0) return;
  refuseNotStarted(exitCode, stderr);
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const said = stderr.trim() || stdout.trim();
  throw new LibcniError('ERR_RUNTIME', `it ended with ${how}${said && `: ${said}`}`);
}

interface FailedHook {
  readonly index: number;
  readonly hook: OciHook;
  readonly point: HookPoint;
}

/** Adds the hook's place to the message of its failure. */
function named(thrown: unknown, { index, hook, point }: FailedHook): LibcniError {
  const cause = asError(thrown);
  const summary = `${point} hook ${index} (${hook.path}) failed: ${cause.message}`;
  if (isOwnError(cause)) return new LibcniError(cause.code, summary, { cause, value: hook.path });
  const code =
    cause instanceof SpawnError && ['EACCES', 'EPERM'].includes(cause.code)
      ? 'ERR_PERMISSION'
      : 'ERR_NOT_FOUND';
  return new LibcniError(code, summary, { cause, value: hook.path });
}
