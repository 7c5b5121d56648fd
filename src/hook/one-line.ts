/** What an error says, in one line: runtimes show what a hook prints in a message of their own. */
export function oneLine(error: Error): string {
  return error.message.replace(/\s*\n\s*/g, '; ');
}
