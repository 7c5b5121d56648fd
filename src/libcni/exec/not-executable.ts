import { constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { LibcniError, type LibcniErrorDetails } from '../../errors/libcni-error.js';

const ANY_EXECUTE = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;

/** The error for an installed plugin that may not be executed. Its message says why, and what to do. */
export function notExecutable(pluginPath: string, errno: string, details: LibcniErrorDetails): LibcniError {
  const summary = `${pluginPath} may not be executed: ${attempt(() => reasonOf(pluginPath)) ?? errno}`;
  const reason = 'plugin-not-executable';
  return new LibcniError('ERR_PERMISSION', summary, { pluginPath, ...details, reason });
}

function reasonOf(path: string): string | undefined {
  const { mode } = statSync(path);
  if ((mode & ANY_EXECUTE) === 0)
    return `its mode is ${(mode & 0o7777).toString(8).padStart(4, '0')}; chmod a+x makes it executable`;
  const mount = noexecMountOf(realpathSync(path));
  if (mount === undefined) return undefined;
  return `the file system mounted on ${mount} is mounted noexec; mount -o remount,exec ${mount}, or keep plugins elsewhere`;
}

/** The mount point of a file, if it is mounted `noexec`. Of the longest matches, the last is uppermost. */
function noexecMountOf(path: string): string | undefined {
  let found = { point: '', isNoexec: false };
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [, , , , escaped = '', options = ''] = line.split(' ');
    const point = unescapeOctal(escaped);
    const isAbove = point !== '' && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
    if (isAbove && point.length >= found.point.length)
      found = { point, isNoexec: options.split(',').includes('noexec') };
  }
  return found.isNoexec ? found.point : undefined;
}

/** White space and backslashes are octal escapes there. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
