import type * as z from 'zod';
import { describeValue } from '../../errors/invalid-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';

/** What a call was given, as its schema gives it back. @throws LibcniError `ERR_CONF_INVALID` with path and value */
export function parseRequest<Output>(call: string, schema: z.ZodType<Output>, given: unknown): Output {
  const checked = schema.safeParse(given, { reportInput: true });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const jsonPath = `$${issue?.path.map(step).join('') ?? ''}`;
  const isUnknownKey = issue?.code === 'unrecognized_keys';
  const value = isUnknownKey ? issue.keys[0] : issue?.input;
  const problem = isUnknownKey ? `there is no option ${issue.keys.join(', ')}` : issue?.message;
  const shown = isUnknownKey ? '' : `, not ${describeValue(value)}`;
  throw new LibcniError('ERR_CONF_INVALID', `${call}: ${problem}${shown}`, { jsonPath, value });
}

function step(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^\w+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`;
}
