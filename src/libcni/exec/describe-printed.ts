const MAX_LENGTH = 300;

/**
 * Quotes the wrong output of a plugin for the end of a message. The beginning says most, since anything before a result
 * makes it invalid.
 */
export function describePrinted(stdout: string): string {
  const text = stdout.trim();
  if (text === '') return '';
  const more = text.length > MAX_LENGTH ? '…' : '';
  return `; it printed: ${JSON.stringify(text.slice(0, MAX_LENGTH))}${more}`;
}
