/** The command line makes no sense, in a way that the parser does not see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
