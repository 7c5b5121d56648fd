import type { LibcniErrorCode } from './libcni-error.js';

/**
 * All errors of an operation that went on after a failure (garbage collection, validation, teardown of several
 * networks). `errors` holds them in the order in which they happened.
 */
export class LibcniAggregateError extends AggregateError {
  override readonly name = 'LibcniAggregateError';
  /** The code that all of `errors` share; `undefined` where they differ. */
  readonly code: LibcniErrorCode | number | undefined;

  constructor(errors: readonly Error[], summary: string) {
    super(errors, `${summary}: ${errors.map((error) => error.message).join('; ')}`);
    this.code = sharedCode(errors);
  }
}

function sharedCode(errors: readonly Error[]): LibcniErrorCode | number | undefined {
  const codes = new Set(errors.map((error) => ('code' in error ? error.code : undefined)));
  const [code] = codes;
  return codes.size === 1 ? (code as LibcniErrorCode | number | undefined) : undefined;
}
