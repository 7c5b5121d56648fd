import type * as z from 'zod';
import { describeValue } from '../../errors/invalid-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';

/**
 * An argument as its schema gives it back. The message names the argument and the place in it, what is there, and what
 * would be right.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseArgument<Output>(argument: string, schema: z.ZodType<Output>, given: unknown): Output {
  const checked = schema.safeParse(withoutNull(given), { reportInput: true });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const place = issue?.path.map(step).join('') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
  const said = unknown === undefined ? issue?.message : `has no option ${unknown}`;
  const value = unknown === undefined ? `, not ${describeValue(issue?.input)}` : '';
  throw new LibcniError('ERR_CONF_INVALID', `${argument}${place} ${said}${value}`, {
    jsonPath: `$${place}`,
    value: issue?.input,
  });
}

function step(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}

/** JSON has no other way than `null` to say that nothing is given. */
function withoutNull(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(withoutNull);
  if (given === null) return undefined;
  if (typeof given !== 'object' || Object.getPrototypeOf(given) !== Object.prototype) return given;
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNull(value)]));
}
