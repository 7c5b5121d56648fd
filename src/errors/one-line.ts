/** The message of an error in one line, to be quoted in another message. */
export function oneLine(error: Error): string {
  return error.message.trim().replace(/\s*\n\s*/g, '; ');
}
