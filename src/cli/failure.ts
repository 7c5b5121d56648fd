import { inspect } from 'node:util';
import { oneLine } from '../errors/one-line.js';

/** Says on standard error what went wrong: one line, or all that is known of it. */
export function reportFailure(error: unknown, { debug }: { readonly debug: boolean }): void {
  const said = debug || !(error instanceof Error) ? inspect(error, { depth: 8 }) : oneLine(error);
  process.stderr.write(`libcni: ${said}\n`);
}
