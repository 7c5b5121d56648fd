import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../usage-error.js';

/** The folder in npm's cache into which npx installs packages for a while. */
const NPX_FOLDER = '_npx';

const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The file of this command, with links resolved: a link of npm goes with the project that made it.
 *
 * @throws UsageError if npx has it in its cache, which npm may empty while containers still need the hook
 */
export function lastingCommand(): string {
  const file = realpathSync(process.argv[1] ?? fileURLToPath(import.meta.url));
  if (!isOfNpx(file)) return file;
  const summary = `hooks cannot be installed from ${file}, which npx may remove at any time`;
  throw new UsageError(`${summary}: run npm install --global libcni, and then libcni hook install`);
}

/** The PATH of this process without the folders that npm and npx add for a run. */
export function lastingPath(): string {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '' && !isOfNpm(folder));
  return folders.length === 0 ? SYSTEM_PATH : folders.join(':');
}

function isOfNpm(folder: string): boolean {
  return isOfNpx(folder) || /(^|\/)(node_modules\/\.bin|node-gyp-bin)\/*$/.test(folder);
}

function isOfNpx(path: string): boolean {
  return path.split('/').includes(NPX_FOLDER);
}
