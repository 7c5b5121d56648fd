import type { LibcniErrorCode } from './libcni-error.js';

/** The code of an error of the system, for example `ENOENT`; `undefined` for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Whether it is an error of the system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** Whether the process, or the machine, lacked something for a while, which says nothing about the file that was wanted. */
export function isShortage(error: unknown): boolean {
  return hasCode(error, 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN');
}

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** The code for what the system did not do: a right that is missing has one of its own. */
export function codeForCause(cause: unknown, otherwise: LibcniErrorCode): LibcniErrorCode {
  return hasCode(cause, ...FORBIDDEN) ? 'ERR_PERMISSION' : otherwise;
}

/** Why the system did not do it, without the path, which the message names anyway, and what to do about a right. */
export function reasonOf(cause: unknown): string {
  const { message } = asError(cause);
  const [reason = message] = codeOf(cause) === undefined ? [message] : message.split(/, \w+ '/);
  return hasCode(cause, ...FORBIDDEN) ? `${reason}; run as root, or as the owner of the folder` : reason;
}

/** Whatever was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
