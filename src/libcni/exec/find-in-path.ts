// Port of Go's pkg/invoke/find.go.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';

/**
 * The path of a plugin: the first regular file of its name in the folders, in their order.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a name that is empty or no file name, `ERR_PLUGIN_NOT_FOUND`
 * where there are no folders or none of them has it; the message says what each folder has instead.
 */
export async function findInPath(plugin: string, paths: readonly string[]): Promise<string> {
  if (!plugin) throw new LibcniError('ERR_CONF_INVALID', 'no plugin name', { value: plugin });
  if (/[/\0]/.test(plugin)) {
    const summary = `plugin name ${JSON.stringify(plugin)} is not a file name`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { value: plugin, plugin });
  }
  if (paths.length === 0) throw notFound(plugin, ['the list of plugin folders is empty']);
  const problems: string[] = [];
  for (const folder of paths) {
    const candidate = join(folder, plugin);
    const problem = problemOf(candidate);
    if (problem === undefined) return candidate;
    problems.push(`${candidate}: ${problem}`);
  }
  throw notFound(plugin, problems);
}

/** Asked at once: the answer takes microseconds, handing the question to another thread many times that. */
function problemOf(candidate: string): string | undefined {
  try {
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats === undefined) return 'not there';
    if (stats.isFile()) return undefined;
    return stats.isDirectory() ? 'is a folder' : 'is not a regular file';
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? error.code : undefined;
    return errno === 'ENOTDIR' ? 'not there' : String(errno ?? error);
  }
}

function notFound(plugin: string, problems: readonly string[]): LibcniError {
  const summary = `plugin "${plugin}" not found: ${problems.join(', ')}`;
  return new LibcniError('ERR_PLUGIN_NOT_FOUND', summary, { value: plugin, plugin });
}
