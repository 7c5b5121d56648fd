// Port of Go's pkg/invoke/find.go.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { foldersField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError, type LibcniErrorCode, type LibcniErrorReason } from '../../errors/libcni-error.js';
import { codeForCause, codeOf, reasonOf } from '../../errors/system-error.js';

/**
 * The path of a plugin: the first regular file of its name in the folders, in their order.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a name that is empty or not a file name, and for invalid folders;
 * `ERR_PERMISSION` for a folder that may not be searched; `ERR_PLUGIN_NOT_FOUND` if there are no folders or none has
 * the plugin. `reason` tells these apart, and the message says what each folder has instead.
 */
export async function findInPath(plugin: string, paths: readonly string[]): Promise<string> {
  checkName(plugin);
  checkFolders(paths);
  const problems: Problem[] = [];
  for (const folder of paths) {
    const candidate = join(folder, plugin);
    const problem = problemOf(candidate);
    if (problem === undefined) return candidate;
    problems.push({ ...problem, text: `${candidate}: ${problem.text}` });
  }
  throw notFound(plugin, problems);
}

/** Frozen ones are checked once: a verb asks for each of its plugins. */
const checkedFolders = new WeakSet<readonly string[]>();

function checkFolders(paths: readonly string[]): void {
  if (checkedFolders.has(paths)) return;
  parseArgument(foldersField(), paths, 'paths');
  if (Object.isFrozen(paths)) checkedFolders.add(paths);
}

function checkName(plugin: string): void {
  if (!plugin) {
    const details = { reason: 'no-plugin-name', value: plugin } as const;
    throw new LibcniError('ERR_CONF_INVALID', 'no plugin name', details);
  }
  if (typeof plugin === 'string' && !/[/\0]/.test(plugin)) return;
  const summary = `plugin name ${JSON.stringify(plugin)} is not a file name`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { reason: 'bad-plugin-name', value: plugin, plugin });
}

/** Why a path is not a plugin. */
interface Problem {
  readonly reason: LibcniErrorReason;
  readonly text: string;
  /** @default `ERR_PLUGIN_NOT_FOUND` */
  readonly code?: LibcniErrorCode;
}

const NOT_FOUND = 'ERR_PLUGIN_NOT_FOUND';

const MISSING: Problem = { reason: 'plugin-missing', text: 'not there' };

/** Synchronous: the answer takes microseconds, handing the question to another thread many times that. */
function problemOf(candidate: string): Problem | undefined {
  try {
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats === undefined) return MISSING;
    if (stats.isFile()) return undefined;
    if (stats.isDirectory()) return { reason: 'plugin-is-folder', text: 'is a folder' };
    return { reason: 'plugin-not-a-file', text: 'is not a regular file' };
  } catch (error) {
    const errno = codeOf(error);
    if (errno === 'ENOTDIR') return MISSING;
    return { reason: 'plugin-unreachable', text: reasonOf(error), code: codeForCause(error, NOT_FOUND) };
  }
}

/** The reason comes from the first folder that has something of that name, since that may be the intended plugin. */
function notFound(plugin: string, problems: readonly Problem[]): LibcniError {
  const telling = problems.find(({ reason }) => reason !== 'plugin-missing') ?? problems[0];
  const found = problems.map(({ text }) => text).join(', ') || 'the list of plugin folders is empty';
  const reason = telling?.reason ?? 'no-plugin-folders';
  const summary = `plugin "${plugin}" not found: ${found}`;
  return new LibcniError(telling?.code ?? NOT_FOUND, summary, { reason, value: plugin, plugin });
}
