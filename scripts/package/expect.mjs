import { SetupFailure } from '../setup/setup-failure.mjs';

/**
 * Ends a check with the reason if a condition is false.
 *
 * @param {boolean} condition
 * @param {string} reason
 */
export function expect(condition, reason) {
  if (!condition) throw new SetupFailure(reason);
}
