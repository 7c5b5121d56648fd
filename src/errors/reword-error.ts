import { carryStack } from './carry-stack.js';
import { LibcniError } from './libcni-error.js';
import { isOwnError } from './own-error.js';

/** Phrases of messages, each with what to say instead. */
export type Wording = readonly (readonly [said: string, instead: string])[];

/** A message with other phrases. */
export function reword(text: string, wording: Wording): string {
  return wording.reduce((changed, [said, instead]) => changed.replaceAll(said, instead), text);
}

/**
 * An error of a lower layer in the words of an upper one: a remedy must be one that the caller has. Everything but the
 * message stays.
 */
export function rewordError(error: unknown, wording: Wording): unknown {
  if (!isOwnError(error)) return error;
  const { code, summary, cause, ...details } = error;
  const said = reword(summary, wording);
  if (said === summary) return error;
  return carryStack(error, () => new LibcniError(code, said, { ...details, cause }));
}
