/** A file of state that can be read by nobody: it is no regular file, too large, or the disk does not give it back. */
export class BadFileError extends Error {
  override readonly name = 'BadFileError';
}
