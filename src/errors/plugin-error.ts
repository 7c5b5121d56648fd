import { copyStart, cutShort, MAX_SAID_LENGTH } from './bounded-text.js';
import { carryStack } from './carry-stack.js';
import { type Circumstances, withoutUndefined } from './circumstances.js';
import { hideUndefined } from './hide-undefined.js';
import { LibcniError } from './libcni-error.js';

/**
 * Why a run of a plugin counts as failed.
 * - `reported`: the plugin printed a CNI error object, with or without a failing exit code.
 * - `exit`: it failed without saying why on stdout.
 * - `killed`: it was ended by a signal that the library did not send.
 * - `no-output`: it succeeded but printed nothing where a result is required.
 * - `bad-output`: what it printed is not what the verb calls for.
 * - `output-too-large`: it printed more than 16 MiB and was killed.
 * - `exec`: it could not be started, though neither the file nor a permission is missing: for example, its file is being
 *   written, or a custom `Exec` rejected with an error of its own. See `cause`.
 */
export type PluginFailure =
  | 'reported'
  | 'exit'
  | 'killed'
  | 'no-output'
  | 'bad-output'
  | 'output-too-large'
  | 'exec';

const MAX_STDOUT_LENGTH = 64 * 1024;

/** Everything that is known about a failed plugin run. */
export interface PluginErrorDetails extends Circumstances {
  readonly reason: PluginFailure;
  /** The CNI error code; 0 if the plugin gave none. @default 0 */
  readonly code?: number | undefined;
  readonly msg: string;
  readonly details?: string | undefined;
  readonly exitCode?: number | null | undefined;
  readonly signal?: string | null | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly cause?: unknown;
  readonly rollbackErrors?: readonly Error[] | undefined;
  /** A hint: what to do, or what the plugin cannot know. @default none */
  readonly hint?: string | undefined;
}

/**
 * What a plugin reported, with the circumstances of the run. `code`, `msg` and `details` are the plugin's own,
 * untouched (CNI specification, section 5 "Error"); the codes 1 to 99 belong to the specification, 100 and above
 * to the plugin.
 */
export class PluginError extends LibcniError<number, PluginFailure> {
  override readonly name = 'PluginError';
  override readonly reason: PluginFailure;
  readonly msg: string;
  readonly details: string | undefined;
  /** `null` if a signal ended the plugin, `undefined` if unknown. */
  readonly exitCode: number | null | undefined;
  /** The name of the signal that ended the plugin, for example `SIGSEGV`. */
  readonly signal: string | null | undefined;
  /** The last 64 KiB of what the plugin wrote to its standard error. */
  readonly stderr: string;
  /** The first 65,536 characters of what the plugin printed, whatever the reason. */
  readonly stdout: string;
  readonly #given: PluginErrorDetails;

  constructor(given: PluginErrorDetails) {
    const stdout = copyStart(given.stdout ?? '', MAX_STDOUT_LENGTH);
    const kept = given.stdout === undefined ? given : { ...given, stdout };
    super(given.code ?? 0, describe(given), kept, Number.POSITIVE_INFINITY);
    this.#given = kept;
    this.stdout = stdout;
    this.reason = given.reason;
    this.msg = given.msg;
    this.details = given.details;
    this.exitCode = given.exitCode;
    this.signal = given.signal;
    this.stderr = given.stderr ?? '';
    hideUndefined(this);
  }

  /** The same error with further circumstances and the same stack. Known ones stay, except for `rollbackErrors`. */
  override with(details: Circumstances & Pick<PluginErrorDetails, 'rollbackErrors' | 'hint'>): PluginError {
    const { rollbackErrors } = details;
    const known = { ...details, ...withoutUndefined(this.#given), ...(rollbackErrors && { rollbackErrors }) };
    return carryStack(this, () => new PluginError(known));
  }
}

/** What the plugin said, each part cut to a maximum length. */
function describe(given: PluginErrorDetails): string {
  const said = withoutRepeats([given.msg, given.details ?? '']);
  const text = said.map((part) => cutShort(part, MAX_SAID_LENGTH)).join('; ');
  const code = given.code ? ` [code ${given.code}]` : '';
  const hint = given.hint ? `; ${given.hint}` : '';
  return `${text}${code}${hint}`;
}

/** Plugins often repeat their message in their details. */
function withoutRepeats([msg, details]: readonly [string, string]): string[] {
  if (details === '' || msg.includes(details)) return [msg];
  return msg !== '' && details.includes(msg) ? [details] : [msg, details];
}
