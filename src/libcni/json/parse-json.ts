import { instance } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { checkNesting } from './nesting.js';
import { findSyntaxFault, placeOf } from './syntax-fault.js';

/** A JSON object as parsed: unknown keys and all. */
export type JsonObject = { [key: string]: unknown };

/** Where a JSON text came from, for the error that names it. */
export interface JsonSource {
  /** What the text is, for example `network configuration`. */
  readonly what: string;
  readonly file?: string | undefined;
}

/**
 * Parses a JSON text from outside. Node's parser makes own properties of keys such as `__proto__`, so the
 * value is safe to read; copy it with care.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that says where the text breaks, or that it is nested too deeply.
 */
export function parseJson(text: string, { what, file }: JsonSource): unknown {
  const value = parseSyntax(text, { what, file });
  checkNesting(text, what, file);
  return value;
}

/**
 * {@link parseJson} for a caller that looks at the depth itself before it walks the value.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that says where the text breaks.
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

const bytesField = instance<Uint8Array>('a JSON text or its UTF-8 bytes', ArrayBuffer.isView);

/**
 * Text from bytes as they were read. A byte order mark is kept, so that it can be reported.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for what is neither text nor bytes.
 */
export function textFromBytes(bytes: string | Uint8Array): string {
  if (typeof bytes === 'string') return bytes;
  parseArgument(bytesField, bytes, 'bytes');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value is called in a message: `null`, `array`, or its type. */
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
  return `${quoted(found)} at ${place}, where ${expected} should stand`;
}

/** Control characters as `\x00`: whoever looks for `\u0000` in JSON that holds the message is not to find one. */
function quoted(character: string): string {
  return JSON.stringify(character).replace('\\u00', '\\x');
}
