import { LibcniError } from '../../errors/libcni-error.js';

/** A program could not be started. Shaped like Node's own system errors: `code` is the name of the errno. */
export class SpawnError extends LibcniError<string> {
  override readonly name = 'SpawnError';

  /** @param code - the name of the errno, for example `EACCES` or `ETXTBSY` */
  constructor(
    code: string,
    /** The step that failed, for example `execve` or `setns`. */
    readonly syscall: string,
    /** The path that the step worked on. */
    readonly path: string,
  ) {
    super(code, `${syscall} ${path}: ${code}`);
  }

  /** Returns the same error: its details describe its step only. */
  override with(): SpawnError {
    return this;
  }
}
