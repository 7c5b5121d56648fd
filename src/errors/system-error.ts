import type { LibcniErrorCode } from './libcni-error.js';

/** The code of a system error, for example `ENOENT`; `undefined` for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Whether it is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** Whether the process or the machine was short of something for a while, which says nothing about the file itself. */
export function isShortage(error: unknown): boolean {
  return hasCode(error, 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN');
}

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** The code for a step that the system refused: a missing permission has its own. */
export function codeForCause(cause: unknown, otherwise: LibcniErrorCode): LibcniErrorCode {
  return hasCode(cause, ...FORBIDDEN) ? 'ERR_PERMISSION' : otherwise;
}

/** Why the system refused, without the path, which the message names anyway. Says what to do about a permission. */
export function reasonOf(cause: unknown): string {
  const { message } = asError(cause);
  const [reason = message] = codeOf(cause) === undefined ? [message] : message.split(/, \w+ '/);
  return hasCode(cause, ...FORBIDDEN) ? `${reason}; run as root, or as the owner of the folder` : reason;
}

/** Wraps whatever was thrown in an `Error` if it is not one. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
