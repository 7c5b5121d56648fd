import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';

/** Folders of administration programs, which the `PATH` of a service may lack. */
const SYSTEM_FOLDERS = '/usr/sbin:/usr/bin:/sbin:/bin';
const TIMEOUT_MS = 30_000;

/** How a system program ended. A failing exit code is an outcome, not an error. */
export interface ProgramOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a system program in the network namespace of this process, with English messages.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if it is not installed, `ERR_TIMEOUT` after half a minute
 */
export async function runSystemProgram(file: string, args: readonly string[]): Promise<ProgramOutcome> {
  // Loaded on demand: it takes longer to load than the rest of the library.
  const { execa } = await import('execa');
  const env = { PATH: `${process.env.PATH ?? ''}:${SYSTEM_FOLDERS}`, LC_ALL: 'C' };
  try {
    const {
      exitCode = 1,
      stdout,
      stderr,
    } = await execa(file, args, { env, reject: false, timeout: TIMEOUT_MS }).then((result) => {
      if (result.exitCode === undefined) throw result;
      return result;
    });
    return { exitCode, stdout, stderr };
  } catch (error) {
    throw failure(file, args, error);
  }
}

function failure(file: string, args: readonly string[], error: unknown): LibcniError {
  const command = [file, ...args].join(' ');
  if (hasCode(error, 'ENOENT')) {
    const summary = `the program ${file} is not installed: install it to run ${command}`;
    return new LibcniError('ERR_NOT_FOUND', summary, { value: file, cause: error });
  }
  const late = error instanceof Error && 'timedOut' in error && error.timedOut === true;
  const summary = late
    ? `${command} did not end within ${TIMEOUT_MS} ms`
    : `${command}: ${asError(error).message}`;
  return new LibcniError(late ? 'ERR_TIMEOUT' : 'ERR_NOT_FOUND', summary, { value: command, cause: error });
}
