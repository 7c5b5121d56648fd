import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether an output is there and at least as new as everything that it is made from.
 *
 * @param {string} output
 * @param {readonly string[]} sources files, and folders that count with all they hold
 */
export function isFresh(output, sources) {
  const made = statSync(output, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && sources.every((source) => newestChange(source) <= made);
}

/**
 * Makes an output and dates it to the moment when that began: what is edited meanwhile is newer.
 *
 * @param {string} output
 * @param {() => void} make
 */
export function makeDated(output, make) {
  const start = new Date();
  make();
  utimesSync(output, start, start);
}

/**
 * A folder's own time counts too: it tells that a file in it was removed.
 *
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
