import { invalidArgument } from './invalid-argument.js';

/** Whether it is an object that has keys of its own meaning: no array, and no promise of one. */
export function isKeyed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor an object. */
export function checkOptionalObject(argument: string, value: unknown): void {
  if (isAbsent(value) || isKeyed(value)) return;
  throw invalidArgument(argument, 'an object', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is no text. */
export function checkText(argument: string, value: unknown): void {
  if (typeof value !== 'string') throw invalidArgument(argument, 'a text', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor a text. */
export function checkOptionalText(argument: string, value: unknown): void {
  if (isAbsent(value) || typeof value === 'string') return;
  throw invalidArgument(argument, 'a text', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor a path. */
export function checkOptionalPath(argument: string, value: unknown): void {
  if (!isAbsent(value)) checkPath(argument, value);
}

/** @throws LibcniError `ERR_CONF_INVALID` */
function checkPath(argument: string, value: unknown): void {
  if (typeof value === 'string' && !value.includes('\0')) return;
  throw invalidArgument(argument, 'a path without NUL', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function checkPathList(argument: string, value: unknown): void {
  if (!Array.isArray(value)) throw invalidArgument(argument, 'an array of folders', value);
  for (const [index, folder] of value.entries()) checkPath(`${argument}[${index}]`, folder);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor a function. */
export function checkOptionalFunction(argument: string, value: unknown): void {
  if (isAbsent(value) || typeof value === 'function') return;
  throw invalidArgument(argument, 'a function', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor true or false. */
export function checkOptionalBoolean(argument: string, value: unknown): void {
  if (isAbsent(value) || typeof value === 'boolean') return;
  throw invalidArgument(argument, 'true or false', value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor one of these texts. */
export function checkOptionalChoice(argument: string, value: unknown, choices: readonly string[]): void {
  if (isAbsent(value) || choices.some((choice) => choice === value)) return;
  throw invalidArgument(argument, `one of ${choices.join(', ')}`, value);
}

/** Whether nothing is given: `null` counts as left out. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
