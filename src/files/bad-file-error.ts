/** A state file that nobody can read: it is not a regular file, it is too large, or the disk fails to read it. */
export class BadFileError extends Error {
  override readonly name = 'BadFileError';
}
