import { cutShort, MAX_NAME_LENGTH, MAX_SAID_LENGTH } from './bounded-text.js';
import { carryStack, showCarriedStacks } from './carry-stack.js';
import {
  type Circumstances,
  describeCircumstances,
  describeRollback,
  withoutUndefined,
} from './circumstances.js';
import { hideUndefined } from './hide-undefined.js';
import { printable } from './printable.js';

/** Every code that a {@link LibcniError} can carry. */
export type LibcniErrorCode =
  | 'ERR_CONF_INVALID'
  | 'ERR_CONF_NOT_FOUND'
  | 'ERR_NO_CONFIGS'
  | 'ERR_PLUGIN_NOT_FOUND'
  | 'ERR_VERSION'
  | 'ERR_CHECK_UNSUPPORTED'
  | 'ERR_CACHE'
  | 'ERR_TIMEOUT'
  | 'ERR_ABORTED'
  | 'ERR_NETNS'
  | 'ERR_PERMISSION'
  | 'ERR_HELPER'
  | 'ERR_LOCKED'
  | 'ERR_IN_USE'
  | 'ERR_CONFLICT'
  | 'ERR_NOT_FOUND'
  | 'ERR_EXHAUSTED'
  | 'ERR_UNSUPPORTED'
  | 'ERR_ANNOTATION'
  | 'ERR_RUNTIME';

/**
 * What exactly is wrong, for codes that several faults of a plugin have in common.
 * - `no-plugin-name`: the configuration names no plugin (`ERR_CONF_INVALID`).
 * - `bad-plugin-name`: it names one with `/` or NUL (`ERR_CONF_INVALID`).
 * - `no-plugin-folders`: there are no plugin folders to search (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-missing`: none of the folders has it (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-is-folder`: a folder has its name (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-not-a-file`: something else that is not a regular file has its name (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-unreachable`: a plugin folder cannot be searched (`ERR_PERMISSION`, `ERR_PLUGIN_NOT_FOUND`).
 * - `interpreter-missing`: it exists, but its interpreter does not (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-not-executable`: it exists, but may not be executed (`ERR_PERMISSION`).
 * - `unknown-result-version`: it printed a result of an unknown version (`ERR_VERSION`).
 * - `version-not-spoken`: it does not support the network's version (`ERR_VERSION`).
 * - `not-started`: the caller ended the run before the plugin was started (`ERR_ABORTED`, `ERR_TIMEOUT`).
 */
export type LibcniErrorReason =
  | 'no-plugin-name'
  | 'bad-plugin-name'
  | 'no-plugin-folders'
  | 'plugin-missing'
  | 'plugin-is-folder'
  | 'plugin-not-a-file'
  | 'plugin-unreachable'
  | 'interpreter-missing'
  | 'plugin-not-executable'
  | 'unknown-result-version'
  | 'version-not-spoken'
  | 'not-started';

/** What a {@link LibcniError} knows beyond its code and message. */
export interface LibcniErrorDetails<Reason extends string = LibcniErrorReason> extends Circumstances {
  readonly cause?: unknown;
  /** What exactly is wrong. @default none */
  readonly reason?: Reason | undefined;
  /** The file that is at fault. */
  readonly file?: string | undefined;
  /** The place inside the JSON document, for example `$.plugins[0].type`. */
  readonly jsonPath?: string | undefined;
  /** The value that was refused. */
  readonly value?: unknown;
  /** Errors of the clean-up that followed this error. */
  readonly rollbackErrors?: readonly Error[] | undefined;
}

/**
 * The base class of all errors that the library throws. Decide by `code`. The message is for people and may change.
 *
 * Errors of the library itself have a code such as `ERR_CACHE`. Three classes extend this one: `PluginError` (its code
 * is the plugin's), `LibcniAggregateError` (the code that all of its errors share) and `SpawnError` (an errno's name).
 */
export class LibcniError<
    Code extends string | number | undefined = LibcniErrorCode,
    Reason extends string = LibcniErrorReason,
  >
  extends Error
  implements Circumstances
{
  static {
    showCarriedStacks(LibcniError.prototype);
  }

  override readonly name: string = 'LibcniError';
  readonly code: Code;
  /** Tells faults that share a code apart; `undefined` if the code says it all. */
  readonly reason: Reason | undefined;
  readonly file: string | undefined;
  readonly jsonPath: string | undefined;
  readonly value: unknown;
  readonly verb: Circumstances['verb'];
  readonly plugin: string | undefined;
  readonly pluginPath: string | undefined;
  readonly network: string | undefined;
  readonly containerId: string | undefined;
  readonly ifName: string | undefined;
  /** Errors of the clean-up that followed this error; empty if it succeeded or there was none. */
  readonly rollbackErrors: readonly Error[];
  /** The message without place and circumstances, cut to a maximum length. */
  readonly summary: string;
  readonly #details: LibcniErrorDetails<Reason>;

  /** @param maxLength - of the summary, in characters; the rest is cut off. @default 4,000 */
  constructor(
    code: Code,
    summary: string,
    details: LibcniErrorDetails<Reason> = {},
    maxLength = MAX_SAID_LENGTH,
  ) {
    const said = printable(cutShort(summary, maxLength));
    const where = describeCircumstances(details, describePlace(details, said));
    super(`${said}${where}${describeRollback(details.rollbackErrors, said, details)}`, causeOption(details));
    this.#details = details;
    this.code = code;
    this.summary = said;
    this.reason = details.reason;
    this.file = details.file;
    this.jsonPath = details.jsonPath;
    this.value = details.value;
    this.verb = details.verb;
    this.plugin = details.plugin;
    this.pluginPath = details.pluginPath;
    this.network = details.network;
    this.containerId = details.containerId;
    this.ifName = details.ifName;
    this.rollbackErrors = details.rollbackErrors ?? [];
    hideUndefined(this);
  }

  /** The same error with further details and the same stack. Known details stay, except for `rollbackErrors`. */
  with(details: LibcniErrorDetails<Reason>): LibcniError<Code, Reason> {
    const { rollbackErrors } = details;
    const known = {
      ...details,
      ...withoutUndefined(this.#details),
      ...(rollbackErrors && { rollbackErrors }),
    };
    return carryStack(this, () => new LibcniError(this.code, this.summary, known));
  }
}

/** A file may be a URL, as in Node. Places that the message already contains are not repeated. */
function describePlace({ file, jsonPath }: LibcniErrorDetails<string>, said: string): string {
  const isSaid = jsonPath === undefined || said.includes(jsonPath.replace(/^\$/, ''));
  const path = String(file ?? '');
  const isFileSaid = file === undefined || (path.startsWith('/') && said.includes(path));
  const at = isSaid ? '' : `at ${cutShort(jsonPath, MAX_NAME_LENGTH)}`;
  const inside = isFileSaid ? '' : `in ${cutShort(path, MAX_SAID_LENGTH)}`;
  return printable([at, inside].filter(Boolean).join(' '));
}

function causeOption({ cause }: LibcniErrorDetails<string>): ErrorOptions {
  return cause === undefined ? {} : { cause };
}
