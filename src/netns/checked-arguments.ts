import { checkTimeout } from '../errors/check-timeout.js';
import { isAbsent, isKeyed } from '../errors/check-value.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { withoutNull } from '../errors/without-null.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * The options of a call, without those that are `null`, which counts as left out.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedOptions<Given extends NetnsOptions>(options: Given): Given {
  if (!isKeyed(options)) throw invalidArgument('options', 'an object', options);
  const given = withoutNull(options);
  const { helper, signal, timeoutMs } = given;
  if (helper !== undefined && !hasMethods(helper, 'inspectNetns', 'spawn'))
    throw invalidArgument('helper', 'a HelperClient', helper);
  if (signal !== undefined && !hasMethods(signal, 'addEventListener', 'removeEventListener'))
    throw invalidArgument('signal', 'an AbortSignal', signal);
  checkTimeout(timeoutMs);
  return given;
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is no path; the empty one would mean the working folder. */
export function checkPath(argument: string, value: unknown): void {
  if (value === '') throw invalidArgument(argument, 'a path, which is not empty', value);
  checkWithoutNul(argument, value, 'a path');
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor a path. */
export function checkOptionalPath(argument: string, value: unknown): void {
  if (!isAbsent(value)) checkPath(argument, value);
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is no text that a system call takes. */
export function checkWithoutNul(argument: string, value: unknown, expected = 'a text'): void {
  if (typeof value === 'string' && !value.includes('\0')) return;
  throw invalidArgument(argument, `${expected} without NUL`, value);
}

/** Not by its class: a program may have several copies of one. */
function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isKeyed(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}
