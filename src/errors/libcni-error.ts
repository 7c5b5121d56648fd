import {
  type Circumstances,
  describeCircumstances,
  describeRollback,
  withoutUndefined,
} from './circumstances.js';

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
  | 'ERR_ANNOTATION';

/** What a {@link LibcniError} knows beyond its code and message. */
export interface LibcniErrorDetails extends Circumstances {
  readonly cause?: unknown;
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
 * An error of the library itself. Decide by `code`; the message is for people and may change.
 * What a plugin reported arrives as a `PluginError` instead.
 */
export class LibcniError extends Error implements Circumstances {
  override readonly name = 'LibcniError';
  readonly code: LibcniErrorCode;
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
  /** The message without place and circumstances. */
  readonly summary: string;
  readonly #details: LibcniErrorDetails;

  constructor(code: LibcniErrorCode, summary: string, details: LibcniErrorDetails = {}) {
    const where = `${describePlace(details)}${describeCircumstances(details)}`;
    super(`${summary}${where}${describeRollback(details.rollbackErrors)}`, causeOption(details));
    this.#details = details;
    this.code = code;
    this.summary = summary;
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
  }

  /** The same error with further details; what is known already stays. */
  with(details: LibcniErrorDetails): LibcniError {
    return new LibcniError(this.code, this.summary, { ...details, ...withoutUndefined(this.#details) });
  }
}

function describePlace({ file, jsonPath }: LibcniErrorDetails): string {
  if (file !== undefined && jsonPath !== undefined) return ` at ${jsonPath} in ${file}`;
  if (jsonPath !== undefined) return ` at ${jsonPath}`;
  return file === undefined ? '' : ` in ${file}`;
}

function causeOption({ cause }: LibcniErrorDetails): ErrorOptions {
  return cause === undefined ? {} : { cause };
}
