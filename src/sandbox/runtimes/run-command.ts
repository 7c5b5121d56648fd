import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { spawnChild } from '../../libcni/exec/process-exec.js';
import { findHelperBinary, HelperClient } from '../../platform/helper/index.js';

/** A command of a container runtime. */
export interface RuntimeCommand {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** The file for output, which the process of a container keeps open. @default output goes to the caller */
  readonly outputFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/** How it ended. */
export interface RuntimeOutcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell opens the file, so that neither this process nor the helper holds it, and then becomes the program. */
const TO_FILE = 'out=$1; shift; exec "$@" >>"$out" 2>&1';

/**
 * Runs a command of a runtime through the native helper, or, without a helper, as a child of this process.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_PERMISSION`, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_RUNTIME`, `ERR_HELPER`
 */
export async function runCommand(
  command: RuntimeCommand,
  hasHelper = findHelperBinary() !== undefined,
): Promise<RuntimeOutcome> {
  const { program, signal, timeoutMs } = command;
  const argv = argvOf(command);
  const request = { path: argv[0], argv, env: environment(), cwd: '/', signal, timeoutMs };
  try {
    const { ended, ...outcome } = await (hasHelper
      ? HelperClient.shared().spawn(request)
      : spawnChild(request));
    if (ended === 'deadline') throw timedOut(command);
    if (ended === 'cancelled') throw abortedError(signal, `${program} was ended by the caller`);
    if (ended === 'output-limit')
      throw new LibcniError('ERR_RUNTIME', `${program} printed more than 16 MiB and was ended`);
    return outcome;
  } catch (error) {
    throw startFailure(command, error);
  }
}

function argvOf({ program, args, outputFile }: RuntimeCommand): [string, ...string[]] {
  if (outputFile === undefined) return [program, ...args];
  return ['/bin/sh', '-c', TO_FILE, 'sh', outputFile, program, ...args];
}

/** Runtimes need `PATH` to find `newuidmap`, and `runsc` to find itself. */
function environment(): Record<string, string> {
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', XDG_RUNTIME_DIR } =
    process.env;
  return { PATH, ...(XDG_RUNTIME_DIR && { XDG_RUNTIME_DIR }) };
}

function timedOut({ program, args, timeoutMs }: RuntimeCommand): LibcniError {
  const summary = `${program} ${args.at(-2) ?? ''} did not end within ${Math.round(timeoutMs)} ms`;
  return new LibcniError('ERR_TIMEOUT', summary, { value: timeoutMs });
}

function startFailure({ program }: RuntimeCommand, cause: unknown): Error {
  if (isOwnError(cause)) return cause;
  if (hasCode(cause, 'ENOENT', 'ENOTDIR'))
    return new LibcniError('ERR_NOT_FOUND', `the runtime ${program} does not exist`, {
      cause,
      value: program,
    });
  if (hasCode(cause, 'EACCES', 'EPERM'))
    return new LibcniError('ERR_PERMISSION', `the runtime ${program} may not be executed`, {
      cause,
      value: program,
    });
  const summary = `the runtime ${program} cannot be started: ${asError(cause).message}`;
  return new LibcniError('ERR_RUNTIME', summary, { cause, value: program });
}
