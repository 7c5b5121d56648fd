import { cutShort, joinMessages, MAX_SAID_LENGTH } from './bounded-text.js';
import { carryStack } from './carry-stack.js';
import type { Circumstances } from './circumstances.js';
import { hideUndefined } from './hide-undefined.js';
import { LibcniError, type LibcniErrorCode } from './libcni-error.js';
import { isOwnError } from './own-error.js';
import { PluginError } from './plugin-error.js';

/**
 * All errors of an operation that went on after a failure (garbage collection, validation, teardown of several
 * networks). `errors` holds them in the order in which they happened. The message quotes the first ten.
 * `code` is the code that all of them share; `undefined` if they differ.
 */
export class LibcniAggregateError extends LibcniError<LibcniErrorCode | number | undefined> {
  override readonly name = 'LibcniAggregateError';
  readonly errors: readonly Error[];
  readonly #summary: string;

  constructor(errors: readonly Error[], summary: string) {
    const said = `${cutShort(summary, MAX_SAID_LENGTH)}: ${joinMessages(errors)}`;
    super(sharedCode(errors), said, {}, Number.POSITIVE_INFINITY);
    this.errors = errors;
    this.#summary = summary;
    hideUndefined(this);
  }

  /** The same, with further circumstances for each of the library's errors. Known circumstances stay. */
  override with(circumstances: Circumstances): LibcniAggregateError {
    const errors = this.errors.map((error) => (isOurs(error) ? error.with(circumstances) : error));
    return carryStack(this, () => new LibcniAggregateError(errors, this.#summary));
  }
}

function isOurs(error: Error): error is PluginError | LibcniError {
  return error instanceof PluginError || isOwnError(error);
}

function sharedCode(errors: readonly Error[]): LibcniErrorCode | number | undefined {
  const codes = new Set(errors.map((error) => (isOurs(error) ? error.code : undefined)));
  const [code] = codes;
  return codes.size === 1 ? code : undefined;
}
