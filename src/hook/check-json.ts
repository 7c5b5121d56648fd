import type * as z from 'zod';
import { LibcniError } from '../errors/libcni-error.js';
import { describeStep, valueAt } from '../libcni/json/json-path.js';
import { parseJson } from '../libcni/json/parse-json.js';

/** What a value is, for the error that refuses it. */
export interface JsonOrigin {
  /** For example `the OCI state`. */
  readonly what: string;
  readonly file?: string | undefined;
}

/**
 * A JSON text from outside, checked by a schema.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with the place in the JSON and the value that was refused
 */
export function parseChecked<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  origin: JsonOrigin,
): z.infer<Schema> {
  return checkJson(schema, parseJson(text, origin), origin);
}

/** What has been parsed. */
function checkJson<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { what, file }: JsonOrigin,
): z.infer<Schema> {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const [issue] = outcome.error.issues;
  const path = issue?.path ?? [];
  throw new LibcniError('ERR_CONF_INVALID', `${what} cannot be used: ${issue?.message}`, {
    file,
    jsonPath: `$${path.map(describeStep).join('')}`,
    value: valueAt(value, path),
  });
}
