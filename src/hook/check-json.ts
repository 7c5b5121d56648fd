import type * as z from 'zod';
import { plainly } from '../arguments/default-message.js';
import { describeValue } from '../errors/invalid-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { describeStep } from '../libcni/json/json-path.js';
import { parseJson } from '../libcni/json/parse-json.js';

/** What a value is, for errors. */
export interface JsonOrigin {
  /** For example `the OCI state`. */
  readonly what: string;
  readonly file?: string | undefined;
}

const NO_ISSUE = { path: [], message: 'is invalid', input: undefined };

/**
 * Parses JSON from outside with a schema.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with the place in the JSON and the refused value
 */
export function parseChecked<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  origin: JsonOrigin,
): z.infer<Schema> {
  return checkJson(schema, parseJson(text, origin), origin);
}

/** The parsed value. */
function checkJson<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { what, file }: JsonOrigin,
): z.infer<Schema> {
  const outcome = schema.safeParse(value, plainly);
  if (outcome.success) return outcome.data;
  const [{ path, message, input } = NO_ISSUE] = outcome.error.issues;
  const jsonPath = `$${path.map(describeStep).join('')}`;
  const problem = input === undefined ? 'is missing' : `${message}, not ${describeValue(input)}`;
  throw new LibcniError('ERR_CONF_INVALID', `${what} cannot be used: ${jsonPath} ${problem}`, {
    file,
    jsonPath,
    value: input,
  });
}
