import { instance } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { checkNesting } from './nesting.js';
import { findSyntaxFault, placeOf } from './syntax-fault.js';

/** A parsed JSON object, including unknown keys. */
export type JsonObject = { [key: string]: unknown };

/** Where JSON came from, for errors. */
export interface JsonSource {
  /** What it is, for example `network configuration`. */
  readonly what: string;
  readonly file?: string | undefined;
}

/**
 * Parses JSON from outside. Node's parser makes own properties of keys such as `__proto__`, so the
 * value is safe to read; copy it with care.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that says where the syntax breaks, or that it is nested too deeply.
 */
export function parseJson(text: string, { what, file }: JsonSource): unknown {
  const value = parseSyntax(text, { what, file });
  checkNesting(text, what, file);
  return value;
}

/**
 * {@link parseJson} for a caller that checks the depth itself before it walks the value.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that says where the syntax breaks.
 */
export function parseSyntax(text: string, { what, file }: JsonSource): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LibcniError('ERR_CONF_INVALID', `${what} is not valid JSON: ${explain(text)}`, {
      cause,
      file,
    });
  }
}

const bytesField = lazy(() => instance<Uint8Array>('JSON as a string or as UTF-8 bytes', ArrayBuffer.isView));

/**
 * Decodes bytes to a string. A byte order mark is kept, so that it can be reported.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for anything but a string or bytes.
 */
export function textFromBytes(bytes: string | Uint8Array): string {
  if (typeof bytes === 'string') return bytes;
  parseArgument(bytesField(), bytes, 'bytes');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a message calls a value: `null`, `array`, or its type. */
export function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function explain(text: string): string {
  if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark';
  if (text.trim() === '') return 'it is empty';
  const { index, expected } = findSyntaxFault(text);
  const place = placeOf(text, index);
  const [found] = text.slice(index);
  if (found === undefined) return `it breaks off at ${place}, where ${expected} should follow`;
  return `${quoted(found)} at ${place}, where ${expected} should be`;
}

/** Control characters as `\x00`, so that a search for `\u0000` in JSON that contains the message finds none. */
function quoted(character: string): string {
  return JSON.stringify(character).replace('\\u00', '\\x');
}
