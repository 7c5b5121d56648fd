import { isOwnError } from '../errors/own-error.js';

/** The command line is wrong in a way that the parser does not notice. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
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
