import { UsageError } from '../usage-error.js';

/** Parses `key=value` strings to an object. */
export function pairs(option: string, texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(texts.map((text) => splitPair(option, text)));
}

/** The two sides of `key=value`; the value may have further `=`. */
export function splitPair(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${option} must be like key=value, not ${JSON.stringify(text)}`);
}
