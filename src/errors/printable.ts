/** Everything that moves a cursor, ends a string for a program in C, or cannot be seen; line breaks and tabs can. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/** The text with its control characters as escapes such as `\x00`: a message may go to a terminal or into a log. */
export function printable(text: string): string {
  return text.replace(CONTROL, (found) => {
    const digits = found.charCodeAt(0).toString(16);
    return digits.length > 2 ? `\\u${digits}` : `\\x${digits.padStart(2, '0')}`;
  });
}
