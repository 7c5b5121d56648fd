import { inspect } from 'node:util';
import type { z } from 'zod';
import { plainly } from '../../../arguments/default-message.js';
import { LibcniError, type LibcniErrorDetails } from '../../../errors/libcni-error.js';
import { isOwnError } from '../../../errors/own-error.js';
import { describeStep } from '../../../libcni/json/json-path.js';
import { parseJson } from '../../../libcni/json/parse-json.js';

/**
 * Parses a value with its schema.
 *
 * @param what - what the value is for, to begin a message with
 * @throws LibcniError `ERR_ANNOTATION` with the JSON path and the value that was refused.
 */
export function checkValue<Output>(schema: z.ZodType<Output>, value: unknown, what: string): Output {
  const checked = schema.safeParse(value, plainly);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw refused(what, issue?.message ?? 'is invalid', {
    jsonPath: `$${issue?.path.map(describeStep).join('') ?? ''}`,
    value: issue?.input,
  });
}

/**
 * {@link checkValue} for an annotation that holds JSON.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function checkAnnotation<Output>(schema: z.ZodType<Output>, text: string, annotation: string): Output {
  const what = annotationCalled(annotation);
  return checkValue(schema, parseAnnotationJson(expectText(text, what), what), what);
}

/**
 * {@link checkValue} for an annotation that holds one string: as JSON, or bare.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function checkTextAnnotation<Output>(
  schema: z.ZodType<Output>,
  text: string,
  annotation: string,
): Output {
  const what = annotationCalled(annotation);
  const bare = expectText(text, what).trim();
  return checkValue(schema, bare.startsWith('"') ? parseAnnotationJson(bare, what) : bare, what);
}

/** How messages name an annotation. */
export function annotationCalled(annotation: string): string {
  return `annotation ${annotation}`;
}

/** The error for a refused value. */
export function refused(what: string, problem: string, details: LibcniErrorDetails): LibcniError {
  return new LibcniError('ERR_ANNOTATION', `${what}: ${problem} (${show(details.value)})`, details);
}

/** @throws LibcniError `ERR_ANNOTATION` */
export function expectText(text: unknown, what: string): string {
  if (typeof text === 'string') return text;
  throw refused(what, 'must be a string', { value: text });
}

function parseAnnotationJson(text: string, what: string): unknown {
  try {
    return parseJson(text, { what });
  } catch (error) {
    if (!isOwnError(error)) throw error;
    const { summary, cause } = error;
    throw new LibcniError('ERR_ANNOTATION', summary, { jsonPath: '$', value: text, cause });
  }
}

/** A short form, safe for values of any depth. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing is there';
  return inspect(value, { depth: 1, maxArrayLength: 3, maxStringLength: 60, breakLength: Infinity });
}
