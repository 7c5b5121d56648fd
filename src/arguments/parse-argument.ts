import type * as z from 'zod';
import { describeValue } from '../errors/invalid-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { plainly } from './default-message.js';
import { innermost } from './innermost-issue.js';
import { type PathInWhole, samePath } from './path-in-whole.js';
import { withoutNulls } from './without-nulls.js';

/**
 * Parses an argument of a public call. Every public function calls this once for each argument that is more than a
 * name. Inside the library, the types are trusted.
 *
 * Messages of an argument's schema follow the name of the argument: `z.string({ error: 'must be a string' })`.
 * The fields of `fields.ts` have such messages, and plain zod types get one.
 *
 * @param argument - what the signature calls it, for example `rt`
 * @throws LibcniError `ERR_CONF_INVALID` that names the argument, the path and the value, and says what would be right.
 */
export function parseArgument<Output>(schema: z.ZodType<Output>, value: unknown, argument: string): Output {
  return parsePart(schema, value, { argument, pathInWhole: samePath });
}

/** An argument of which a part is parsed. */
export interface WholeArgument {
  readonly argument: string;
  readonly pathInWhole: PathInWhole;
}

/**
 * {@link parseArgument} for an argument that is too large to be parsed in one go. Errors name the place in the whole.
 *
 * @param part - the argument with only a slice of a long array in it
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parsePart<Output>(schema: z.ZodType<Output>, part: unknown, whole: WholeArgument): Output {
  // A promise has no keys, so it would pass for an object in which everything is left out.
  const isPromise = part instanceof Promise;
  const checked = schema.safeParse(isPromise ? undefined : part, plainly);
  if (checked.success && !isPromise) return checked.data;
  throw refusal(whole, part, checked.error?.issues ?? []);
}

/**
 * The same for the options of a call, which may be left out.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseOptions<Output>(schema: z.ZodType<Output>, options: unknown): Output {
  return parseArgument(schema, options ?? {}, 'options');
}

/**
 * {@link parseArgument} for an object that is returned as it is, so that look-ups by identity still find it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkArgument<Given>(schema: z.ZodType, value: Given, argument: string): Given {
  parseArgument(schema, value, argument);
  return value;
}

/**
 * The same for an object from JSON: `null` counts as left out, at every depth.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseJsonArgument<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  argument: string,
): Output {
  return parseArgument(schema, withoutNulls(value), argument);
}

/** An unknown key says more than the missing key that it was meant to be. */
function refusal(
  { argument, pathInWhole }: WholeArgument,
  given: unknown,
  issues: readonly z.core.$ZodIssue[],
): LibcniError {
  const inner = issues.map(innermost).map((issue) => ({ ...issue, path: [...pathInWhole(issue.path)] }));
  const issue = inner.find(({ code }) => code === 'unrecognized_keys') ?? inner[0];
  if (issue === undefined || (given instanceof Promise && issue.path.length === 0))
    return notRight(argument, { path: [], message: issue?.message ?? 'must be an object', input: given });
  if (issue.code === 'custom' && isOwnError(issue.params?.error))
    return issue.params.error.with({ jsonPath: `$${describePath(issue.path)}` });
  if (issue.code === 'custom' && issue.params?.isAboutWhole) return refused(argument, issue);
  if (issue.code !== 'unrecognized_keys') return notRight(argument, issue);
  const [key = ''] = issue.keys;
  const path = describePath([...issue.path, key]);
  const summary = `${argument}${path} does not exist; ${issue.message}`;
  const value: unknown = Reflect.get(Object(issue.input), key);
  return new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: `$${path}`, value });
}

type Fault = Pick<z.core.$ZodIssue, 'path' | 'message' | 'input'>;

function notRight(argument: string, { message, ...fault }: Fault): LibcniError {
  return refused(argument, { ...fault, message: `${message}, not ${describeValue(fault.input)}` });
}

function refused(argument: string, { path, message, input }: Fault): LibcniError {
  const place = describePath(path);
  const summary = `${argument}${place} ${message}`;
  const jsonPath = path.length === 0 ? undefined : `$${place}`;
  return new LibcniError('ERR_CONF_INVALID', summary, { jsonPath, value: input });
}

/** A path, as a program would write it. */
function describePath(path: readonly PropertyKey[]): string {
  return path.map(step).join('');
}

function step(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
