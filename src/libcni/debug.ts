import { createRequire } from 'node:module';
import type createDebug from 'debug';

/** Writes a message into a log, if that is enabled. */
export type Debuglog = (format: string, ...values: unknown[]) => void;

/**
 * A log under the namespace `libcni:<name>`; `DEBUG=libcni:*` shows all of them. The package is loaded for the first message
 * of a log that may be enabled: `DEBUG` is set by the environment, or by `debug.enable()`.
 */
export function debuglog(name: string): Debuglog {
  let log: createDebug.Debugger | undefined;
  return (format, ...values) => {
    if (!process.env.DEBUG) return;
    log ??= loadDebug()(`libcni:${name}`);
    log(format, ...values);
  };
}

function loadDebug(): typeof createDebug {
  return createRequire(import.meta.url)('debug');
}
