import { constants } from 'node:os';
import type { Command } from 'commander';
import { parseDuration } from './duration.js';

/** The time limit of a command. */
export interface LimitOptions {
  /** Milliseconds. */
  readonly timeout?: number;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let ended: NodeJS.Signals | undefined;
let end: AbortController | undefined;

/** The option for the time limit. Its default is that of the library's call. */
export function addTimeoutOption(
  command: Command,
  what = 'for the work on each network',
  byDefault = '220s',
): Command {
  return command.option(
    '--timeout <duration>',
    `${what}, such as 30s or 2m (default: ${byDefault})`,
    parseDuration,
  );
}

/** The limits of the library's calls. The first signal to this process ends the work cleanly, the second immediately. */
export function limitsOf({ timeout }: LimitOptions): { signal: AbortSignal; timeoutMs: number | undefined } {
  return { signal: endSignal(), timeoutMs: timeout };
}

/** Aborted when this process gets a signal to end. */
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

/** The exit code of a process ended by a signal; `undefined` if none has. */
export function endedBy(): number | undefined {
  return ended === undefined ? undefined : 128 + constants.signals[ended];
}
