import type { GcArgs, JsonObject, RuntimeConf, TraceContext } from '../../../src/index.js';

/** One thing to be done by both libraries; which fields count depends on the operation. */
export interface Request {
  readonly op: Operation;
  /** A configuration or result, in base64, since it may be no UTF-8. */
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
  /** Whether `bytes` are the configuration of a plugin by itself. */
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

/** What came of a request. */
export interface Answer {
  /** `panic` stands for whatever is no proper error: a crash in Go, an unknown exception here. */
  readonly outcome: 'ok' | 'error' | 'panic';
  readonly value?: unknown;
  /** For people; never compared. */
  readonly message?: string;
  /**
   * The class of an error: `reported` by a plugin, `plugin-failed` without a report, `code-` with the code that Go
   * gives to what it finds itself, one of those that callers tell apart, or `other`.
   */
  readonly kind?: string;
  /** The error object of a plugin. */
  readonly reported?: unknown;
}
