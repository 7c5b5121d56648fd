import { inspect } from 'node:util';

/** Says on standard error what went wrong: one line, or all that is known of it. */
export function reportFailure(error: unknown, { debug }: { readonly debug: boolean }): void {
  const said = debug || !(error instanceof Error) ? inspect(error, { depth: 8 }) : inOneLine(error.message);
  process.stderr.write(`libcni: ${said}\n`);
}

function inOneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, '; ');
}
