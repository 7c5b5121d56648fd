import { LibcniAggregateError } from '../../errors/index.js';
import { asError } from '../../errors/system-error.js';
import { removeNetns } from '../../netns/index.js';
import { endSignal } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { printLine } from '../output/table.js';
import type { NetnsCommandOptions } from './options.js';

/** Removes namespaces, and goes on over failures. */
export async function rm(names: readonly string[], { dir, json }: NetnsCommandOptions): Promise<void> {
  const removed: string[] = [];
  const errors: Error[] = [];
  for (const path of names.map((name) => netnsPath(name, dir)))
    await removeNetns(path, { signal: endSignal() }).then(
      () => removed.push(path),
      (error: unknown) => errors.push(asError(error)),
    );
  if (json) printJson({ removed });
  else for (const path of removed) printLine(path);
  const [only] = errors;
  if (only === undefined) return;
  throw errors.length === 1 ? only : new LibcniAggregateError(errors, 'some namespaces could not be removed');
}
