import type { LibcniErrorCode } from '../errors/index.js';
import { isOwnError } from '../errors/own-error.js';

/** The command line is wrong in a way that the parser does not notice. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** That of the library, if the library refused it. */
  readonly code: LibcniErrorCode | undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = isOwnError(options?.cause) ? options.cause.code : undefined;
  }
}

/** Parses arguments of the command line. @throws UsageError for invalid arguments */
export function parseWords<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (isOwnError(error)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
