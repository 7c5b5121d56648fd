import { isOwnError } from '../errors/own-error.js';

/** The command line makes no sense, in a way that the parser does not see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Parses words of the command line. @throws UsageError for what cannot be understood */
export function parseWords<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (isOwnError(error)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
