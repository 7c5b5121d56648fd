/** What an error says, in one line, for those who show it in a message of their own. */
export function oneLine(error: Error): string {
  return error.message.trim().replace(/\s*\n\s*/g, '; ');
}
