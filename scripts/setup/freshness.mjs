import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether an output exists and is at least as new as all its inputs.
 *
 * @param {string} output
 * @param {readonly string[]} sources files, and folders that count with all they hold
 */
export function isFresh(output, sources) {
  const made = statSync(output, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && sources.every((source) => newestChange(source) <= made);
}

/**
 * Makes an output and sets its time to the start of the work, so that files edited meanwhile are newer.
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
 * The time of a folder counts too: it changes when a file in it is removed.
 *
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
