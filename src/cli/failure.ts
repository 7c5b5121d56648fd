import { inspect } from 'node:util';
import { oneLine } from '../errors/one-line.js';
import { inCommandWords } from './command-words.js';
import { hintFor } from './hints.js';
import { errorForJson } from './output/json.js';

/** How to print a failure. */
export interface FailureOptions {
  /** Everything known about it, in several lines. */
  readonly debug?: boolean | undefined;
  /** As a JSON object. */
  readonly json?: boolean | undefined;
}

/** Prints a failure on standard error: one line with a hint, or everything known about it. */
export function reportFailure(error: unknown, { debug = false, json = false }: FailureOptions): void {
  const hint = hintFor(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { ...errorForJson(error), hint } })}\n`);
  else if (debug || !(error instanceof Error))
    process.stderr.write(`libcni: ${inspect(error, { depth: 8 })}\n`);
  else
    process.stderr.write(
      `libcni: ${inCommandWords(oneLine(error))}${hint === undefined ? '' : ` (${hint})`}\n`,
    );
}

const said = new Set<string>();

/** Prints a warning on standard error, each message once. */
export function warn(text: string): void {
  const message = inCommandWords(text);
  if (said.has(message)) return;
  said.add(message);
  process.stderr.write(`libcni: warning: ${message.trim().replace(/\s*\n\s*/g, '; ')}\n`);
}
