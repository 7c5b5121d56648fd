import type { GcArgs, JsonObject, RuntimeConf, TraceContext } from '../../../src/index.js';

/** An operation for both libraries to perform. It determines which fields count. */
export interface Request {
  readonly op: Operation;
  /** A configuration or result in base64, since it may not be valid UTF-8. */
  readonly bytes?: string;
  readonly values?: JsonObject;
  readonly dir?: string;
  readonly name?: string;
  readonly file?: string;
  readonly extensions?: readonly string[];
  readonly to?: string;
  readonly rt?: RuntimeConf;
  readonly path?: readonly string[];
  readonly cacheDir?: string;
  readonly gc?: GcArgs;
  readonly plugin?: string;
  /** Whether `bytes` are the configuration of a single plugin. */
  readonly single?: boolean;
  readonly kind?: 'container' | 'network' | 'interface';
  readonly text?: string;
  readonly trace?: TraceContext;
}

export type Operation =
  | 'parse-list'
  | 'parse-plugin'
  | 'list-from-file'
  | 'load-network'
  | 'load-conf'
  | 'drop-ins'
  | 'conf-files'
  | 'inject'
  | 'upconvert'
  | 'create-result'
  | 'convert-result'
  | 'add'
  | 'check'
  | 'del'
  | 'validate'
  | 'gc'
  | 'status'
  | 'version'
  | 'cached-result'
  | 'cached-config'
  | 'attachments'
  | 'find'
  | 'stringify'
  | 'validate-name'
  | 'parse-version'
  | 'at-least';

/** The outcome of a request. */
export interface Answer {
  /** `panic` means anything but a proper error: a crash in Go, an unknown exception here. */
  readonly outcome: 'ok' | 'error' | 'panic';
  readonly value?: unknown;
  /** For humans; never compared. */
  readonly message?: string;
  /**
   * The class of an error: `reported` by a plugin, `plugin-failed` without a report, `code-` and Go's code for a fault
   * that it finds itself, one of the classes that callers distinguish, or `other`.
   */
  readonly kind?: string;
  /** The error object of a plugin. */
  readonly reported?: unknown;
}
