import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { findHelperBinary, HelperClient } from '../../platform/helper/index.js';

/** A command of a container runtime. */
export interface RuntimeCommand {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** The file that output goes to: the process of a container keeps it open. @default the caller gets it */
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

/** A shell opens the file, so that neither this process nor the helper has it, and becomes the program. */
const TO_FILE = 'out=$1; shift; exec "$@" >>"$out" 2>&1';

/**
 * Runs a command of a runtime through the native helper, or where that is not there as a child of this process.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_PERMISSION`, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_RUNTIME`, `ERR_HELPER`
 */
export async function runCommand(command: RuntimeCommand): Promise<RuntimeOutcome> {
  const [path = '', ...args] = argvOf(command);
  const run = findHelperBinary() === undefined ? runChild : runByHelper;
  try {
    return await run({ ...command, path, args });
  } catch (error) {
    throw startFailure(command, error);
  }
}

function argvOf({ program, args, outputFile }: RuntimeCommand): string[] {
  if (outputFile === undefined) return [program, ...args];
  return ['/bin/sh', '-c', TO_FILE, 'sh', outputFile, program, ...args];
}

interface Start extends RuntimeCommand {
  readonly path: string;
}

async function runByHelper(start: Start): Promise<RuntimeOutcome> {
  const { path, args, signal, timeoutMs } = start;
  const request = { path, argv: [path, ...args], env: environment(), cwd: '/', signal, timeoutMs };
  const { ended, ...outcome } = await HelperClient.shared().spawn(request);
  if (ended === 'deadline') throw timedOut(start);
  if (ended === 'cancelled') throw abortedError(signal, `${start.program} was ended by the caller`);
  if (ended === 'output-limit')
    throw new LibcniError('ERR_RUNTIME', `${start.program} printed more than 16 MiB and was ended`);
  return outcome;
}

async function runChild(start: Start): Promise<RuntimeOutcome> {
  const { path, args, signal, timeoutMs } = start;
  // On first use, since most programs have the helper.
  const { execa } = await import('execa');
  const result = await execa(path, args, {
    cwd: '/',
    env: environment(),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 2000,
    ...(signal && { cancelSignal: signal }),
  });
  if (result.timedOut) throw timedOut(start);
  if (result.isCanceled) throw abortedError(signal, `${start.program} was ended by the caller`);
  if (result.exitCode === undefined && result.signal === undefined) throw result;
  const { exitCode = null, signal: endedBy = null, stdout, stderr } = result;
  return { exitCode, signal: endedBy, stdout, stderr };
}

/** Runtimes look for `newuidmap`, `runsc` for itself, and others for more. */
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
    return new LibcniError('ERR_NOT_FOUND', `the runtime ${program} is not there`, { cause, value: program });
  if (hasCode(cause, 'EACCES', 'EPERM'))
    return new LibcniError('ERR_PERMISSION', `the runtime ${program} may not be run`, {
      cause,
      value: program,
    });
  const summary = `the runtime ${program} cannot be started: ${asError(cause).message}`;
  return new LibcniError('ERR_RUNTIME', summary, { cause, value: program });
}
