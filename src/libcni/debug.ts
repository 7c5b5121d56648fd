import createDebug from 'debug';

/** A log under the namespace `libcni:<name>`; `DEBUG=libcni:*` shows all of them. */
export function debuglog(name: string): createDebug.Debugger {
  return createDebug(`libcni:${name}`);
}
