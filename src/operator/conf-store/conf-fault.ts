import { LibcniError, type LibcniErrorCode } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import type { ConfProblem } from './conf-snapshot.js';

/** A problem as it was found: with the error behind it. */
export interface ConfFault {
  /** Names the file. */
  readonly error: LibcniError;
  readonly hint?: string | undefined;
}

/** Makes the fault of a file from anything thrown. */
export function faultOf(cause: unknown, file: string, hint?: string): ConfFault {
  if (isOwnError(cause)) return { error: cause.with({ file }), hint };
  const { message } = asError(cause);
  return { error: new LibcniError('ERR_CONF_INVALID', message, { file, cause }), hint };
}

/** The public form of a fault. */
export function problemOf({ error, hint }: ConfFault): ConfProblem {
  const { file = '', code, summary, jsonPath, network } = error;
  return {
    file,
    code,
    ...(network === undefined ? {} : { network }),
    reason: summary,
    ...(jsonPath === undefined ? {} : { jsonPath }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A fault as an error to throw, with the hint in its message. */
export function errorOf({ error, hint }: ConfFault): LibcniError {
  if (hint === undefined) return error;
  const { file, jsonPath, value, plugin, network } = error;
  const details = { file, jsonPath, value, plugin, network, cause: error };
  return new LibcniError(error.code, `${error.summary} (${hint})`, details);
}

/** Whether the fault may be temporary, so that trying again later can help. */
export function isPassing({ error }: ConfFault): boolean {
  const { cause, code } = error;
  if (cause instanceof PluginError || PASSING_CODES.has(code)) return true;
  return hasCode(cause, ...PASSING_ERRNOS);
}

/** Whether it tells nothing about the plugin, not even whether it is installed. */
export function isMomentary(fault: ConfFault): boolean {
  return isPassing(fault) && !(fault.error.cause instanceof PluginError);
}

const PASSING_CODES: ReadonlySet<LibcniErrorCode> = new Set(['ERR_TIMEOUT', 'ERR_HELPER', 'ERR_ABORTED']);

const PASSING_ERRNOS = ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EINTR', 'EAGAIN', 'ESTALE'];
