import type * as z from 'zod';
import { plainly } from '../arguments/default-message.js';
import { innermost } from '../arguments/innermost-issue.js';
import { LibcniError } from '../index.js';

/**
 * Parses the options of a function. This package has no error classes of its own, so it cannot use what the library
 * parses arguments with.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseOptions<Output>(schema: z.ZodType<Output>, options: unknown): Output {
  const { success, data, error } = schema.safeParse(options, plainly);
  if (success) return data;
  const issues = error.issues.map(innermost);
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw refusal(issue ?? { path: [], message: 'must be an object', input: options, code: 'custom' });
}

function refusal(issue: z.core.$ZodIssue): LibcniError {
  const isUnknown = issue.code === 'unrecognized_keys';
  const path = [...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])].map((key) => `.${String(key)}`);
  const value: unknown = isUnknown ? Reflect.get(Object(issue.input), issue.keys[0] ?? '') : issue.input;
  const summary = `options${path.join('')} ${isUnknown ? 'does not exist; ' : ''}${issue.message}`;
  return new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: `$${path.join('')}`, value });
}
