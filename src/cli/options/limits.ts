import { constants } from 'node:os';
import type { Command } from 'commander';
import { parseDuration } from './duration.js';

/** How long the work of a command may take. */
export interface LimitOptions {
  /** Milliseconds. */
  readonly timeout?: number;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let ended: NodeJS.Signals | undefined;
let end: AbortController | undefined;

export function addTimeoutOption(command: Command, what = 'for the work on each network'): Command {
  return command.option(
    '--timeout <duration>',
    `${what}, such as 30s or 2m (default: no limit)`,
    parseDuration,
  );
}

/** The limits of the library's calls. The first signal to this process ends the work in order, the second one at once. */
export function limitsOf({ timeout }: LimitOptions): { signal: AbortSignal; timeoutMs: number | undefined } {
  return { signal: endSignal(), timeoutMs: timeout };
}

/** Aborted when this process is told to end. */
export function endSignal(): AbortSignal {
  if (end !== undefined) return end.signal;
  const controller = new AbortController();
  end = controller;
  for (const name of signals)
    process.once(name, () => {
      ended ??= name;
      controller.abort(new DOMException(`ended by ${name}`, 'AbortError'));
    });
  return controller.signal;
}

/** The exit code of a process that a signal has ended; `undefined` where none has. */
export function endedBy(): number | undefined {
  return ended === undefined ? undefined : 128 + constants.signals[ended];
}
