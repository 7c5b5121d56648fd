import { existsSync } from 'node:fs';
import { LibcniAggregateError, LibcniError } from '../../errors/index.js';
import { asError } from '../../errors/system-error.js';
import { removeNetns } from '../../netns/index.js';
import { warn } from '../failure.js';
import { endSignal } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { printLine } from '../output/table.js';
import { inNetns, recordedAttachments } from './attached-in.js';
import type { NetnsCommandOptions } from './options.js';

/** Removes namespaces, continuing after failures. */
export async function rm(names: readonly string[], options: NetnsCommandOptions): Promise<void> {
  const { dir, json } = options;
  const removed: string[] = [];
  const errors: Error[] = [];
  for (const path of names.map((name) => netnsPath(name, dir)))
    await remove(path, options).then(
      (isRemoved) => isRemoved && removed.push(path),
      (error: unknown) => errors.push(asError(error)),
    );
  if (json) printJson({ removed });
  else for (const path of removed) printLine(path);
  const [only] = errors;
  if (only === undefined) return;
  throw errors.length === 1 ? only : new LibcniAggregateError(errors, 'some namespaces could not be removed');
}

/** A missing namespace is fine, but may be a mistyped name. */
async function remove(path: string, options: NetnsCommandOptions): Promise<boolean> {
  const isThere = existsSync(path);
  if (!isThere) warn(`there was no namespace ${path}`);
  await removeFree(path, options);
  return isThere;
}

/** Without the namespace, a plugin such as `bridge` no longer finds its rules, so the container must be detached first. */
async function removeFree(path: string, options: NetnsCommandOptions): Promise<void> {
  const attached = options.force ? [] : await idsIn(path, options);
  const [id] = attached;
  if (id === undefined) return await removeNetns(path, { signal: endSignal() });
  const summary = `${attached.join(', ')} is attached in ${path}: detach it first (libcni detach ${id}), or use --force`;
  throw new LibcniError('ERR_IN_USE', summary, { value: path });
}

/** The containers whose records say so. If the records cannot be listed, only `--force` removes the namespace. */
async function idsIn(path: string, options: NetnsCommandOptions): Promise<string[]> {
  if (!existsSync(path)) return [];
  const found = inNetns(await recordedAttachments(options), path);
  return [...new Set(found.map(({ id }) => id))];
}
