/** Characters that move a cursor, end a C string, or are invisible. Line breaks and tabs are fine. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/** Escapes control characters, for example as `\x00`: a message may go to a terminal or into a log. */
export function printable(text: string): string {
  return text.replace(CONTROL, (found) => {
    const digits = found.charCodeAt(0).toString(16);
    return digits.length > 2 ? `\\u${digits}` : `\\x${digits.padStart(2, '0')}`;
  });
}
