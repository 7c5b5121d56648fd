/** A program that could not be started; shaped like Node's own system errors. */
export class SpawnError extends Error {
  override readonly name = 'SpawnError';

  constructor(
    /** The name of the errno, for example `EACCES` or `ETXTBSY`. */
    readonly code: string,
    /** The step that failed, for example `execve` or `setns`. */
    readonly syscall: string,
    /** The path that the step was about. */
    readonly path: string,
  ) {
    super(`${syscall} ${path}: ${code}`);
  }
}
