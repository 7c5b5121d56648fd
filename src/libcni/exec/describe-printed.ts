const MAX_LENGTH = 300;

/**
 * What a plugin printed in place of what it should have, for the end of a message. The beginning tells most: whatever
 * comes before a result is in its way.
 */
export function describePrinted(stdout: string): string {
  const text = stdout.trim();
  if (text === '') return '';
  const more = text.length > MAX_LENGTH ? '…' : '';
  return `; it printed: ${JSON.stringify(text.slice(0, MAX_LENGTH))}${more}`;
}
