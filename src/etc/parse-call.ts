import type * as z from 'zod';
import { describeValue } from '../errors/invalid-argument.js';
import { LibcniError } from '../errors/libcni-error.js';

/** The arguments of a call as their schema gives them back. @throws LibcniError `ERR_CONF_INVALID` with path and value */
export function parseCall<Output>(call: string, schema: z.ZodType<Output>, given: unknown): Output {
  const checked = schema.safeParse(given, { reportInput: true });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const jsonPath = `$${issue?.path.map(step).join('') ?? ''}`;
  const summary = `${call}: ${issue?.message}, not ${describeValue(issue?.input)}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath, value: issue?.input });
}

function step(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}
