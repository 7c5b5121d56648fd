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
 * What exactly is wrong, where one code stands for several faults of a plugin.
 * - `no-plugin-name`: the configuration names no plugin (`ERR_CONF_INVALID`).
 * - `bad-plugin-name`: it names one with `/` or NUL (`ERR_CONF_INVALID`).
 * - `no-plugin-folders`: there are no folders to look in (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-missing`: none of the folders has it (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-is-folder`: a folder is there in its place (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-not-a-file`: something else that is no regular file is there in its place (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-unreachable`: a plugin folder cannot be looked into (`ERR_PERMISSION`, `ERR_PLUGIN_NOT_FOUND`).
 * - `interpreter-missing`: it is there, but what it needs to run is not (`ERR_PLUGIN_NOT_FOUND`).
 * - `plugin-not-executable`: it is there, but may not be run (`ERR_PERMISSION`).
 * - `unknown-result-version`: it printed a result of a version that nobody knows (`ERR_VERSION`).
 * - `version-not-spoken`: it does not speak the version of the network (`ERR_VERSION`).
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
  /** What exactly is wrong. @default not said */
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
 * The class of all errors that the library throws. Decide by `code`; the message is for people and may change.
 *
 * What the library itself found has a code such as `ERR_CACHE`. The other errors are of classes that extend this one:
 * `PluginError` (the code of the plugin), `LibcniAggregateError` (the code that all of its errors share) and
 * `SpawnError` (the name of an errno).
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
  /** Tells faults apart that share a code; `undefined` where the code says it all. */
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
  /** Errors of the clean-up that followed this error; empty when it succeeded or there was none. */
  readonly rollbackErrors: readonly Error[];
  /** The message without place and circumstances, cut short. */
  readonly summary: string;
  readonly #details: LibcniErrorDetails<Reason>;

  /** @param maxLength - of the summary, in characters; what is behind it is cut off. @default 4,000 */
  constructor(
    code: Code,
    summary: string,
    details: LibcniErrorDetails<Reason> = {},
    maxLength = MAX_SAID_LENGTH,
  ) {
    const said = printable(cutShort(summary, maxLength));
    const where = `${describePlace(details, said)}${describeCircumstances(details)}`;
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

  /** The same error with further details, stack included; what is known already stays, but for `rollbackErrors`. */
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

/** A file may be given as a URL where Node takes one, too. A path that the message has already is not said twice. */
function describePlace({ file, jsonPath }: LibcniErrorDetails<string>, said: string): string {
  const isSaid = jsonPath === undefined || said.includes(jsonPath.replace(/^\$/, ''));
  const at = isSaid ? '' : ` at ${cutShort(jsonPath, MAX_NAME_LENGTH)}`;
  return printable(file === undefined ? at : `${at} in ${cutShort(String(file), MAX_SAID_LENGTH)}`);
}

function causeOption({ cause }: LibcniErrorDetails<string>): ErrorOptions {
  return cause === undefined ? {} : { cause };
}
