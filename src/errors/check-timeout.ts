import { LibcniError } from './libcni-error.js';

/**
 * Refuses what can be no time limit, such as the `NaN` of a setting that was not there: a timer would end at once, or
 * never. `Infinity` is no limit.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with the value.
 */
export function checkTimeout(timeoutMs: unknown): void {
  if (timeoutMs === undefined || (typeof timeoutMs === 'number' && timeoutMs >= 0)) return;
  throw new LibcniError('ERR_CONF_INVALID', 'timeoutMs must be a number of milliseconds', {
    value: timeoutMs,
  });
}
