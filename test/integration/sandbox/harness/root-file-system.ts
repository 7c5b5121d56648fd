import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/run.js';

const APPLETS = ['cat', 'hostname', 'httpd', 'id', 'ip', 'sh', 'sleep', 'sysctl', 'true', 'wget'];

/** The answer of the web server in every pod. */
export const GREETING = 'hello from the pod';

/** A root file system with a statically linked busybox and a page for its web server. */
export async function makeRootFileSystem(folder: string): Promise<string> {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'www'])
    await mkdir(join(folder, name), { recursive: true });
  const busybox = (await run('sh', '-c', 'command -v busybox')).trim();
  await copyFile(busybox, join(folder, 'bin/busybox'));
  await chmod(join(folder, 'bin/busybox'), 0o755);
  for (const applet of APPLETS) await symlink('busybox', join(folder, 'bin', applet));
  for (const name of ['hosts', 'resolv.conf', 'hostname']) await writeFile(join(folder, 'etc', name), '');
  await writeFile(join(folder, 'www/index.html'), GREETING);
  return folder;
}

/** A process that first prints its network settings, then serves the page on port 80. */
export const SERVING = [
  '/bin/sh',
  '-c',
  'ip -o address show dev eth0; echo hostname=$(hostname); httpd -p 80 -h /www; trap "exit 0" TERM; sleep 100000 & wait',
];
