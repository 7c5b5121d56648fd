import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Processes of this mount namespace whose program is in one of these folders, as `pid program`; for scripts, the path of
 * the script counts. Another run of the tests has its own mount namespace, so its processes do not count.
 */
export async function processesFrom(folders: readonly string[]): Promise<string[]> {
  const home = await mountNamespace('self');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await mountNamespace(pid)) === home ? await describe(pid, folders) : undefined,
    ),
  );
  return found.filter((line) => line !== undefined);
}

async function mountNamespace(pid: string): Promise<string> {
  return await readlink(`/proc/${pid}/ns/mnt`).catch(() => '');
}

async function describe(pid: string, folders: readonly string[]): Promise<string | undefined> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const paths = [program, ...argv.split('\0').slice(0, 2)];
  const match = paths.find((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
  return match === undefined ? undefined : `${pid} ${match}`;
}
