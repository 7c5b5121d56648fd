import { LibcniError } from '../../errors/libcni-error.js';

/** A program that could not be started; shaped like Node's own system errors: `code` is the name of the errno. */
export class SpawnError extends LibcniError<string> {
  override readonly name = 'SpawnError';

  /** @param code - the name of the errno, for example `EACCES` or `ETXTBSY` */
  constructor(
    code: string,
    /** The step that failed, for example `execve` or `setns`. */
    readonly syscall: string,
    /** The path that the step was about. */
    readonly path: string,
  ) {
    super(code, `${syscall} ${path}: ${code}`);
  }

  /** The same error: what it knows is all about its step. */
  override with(): SpawnError {
    return this;
  }
}
