import { LibcniError } from './libcni-error.js';

/**
 * The error for an unusable argument. The types rule it out, but not every caller is checked by a
 * compiler.
 */
export function invalidArgument(argument: string, expected: string, value: unknown): LibcniError {
  const summary = `${argument} must be ${expected}, not ${describeValue(value)}`;
  return new LibcniError('ERR_CONF_INVALID', summary, { value });
}

/** Describes a value in a few words. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise (is an await missing?)';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
