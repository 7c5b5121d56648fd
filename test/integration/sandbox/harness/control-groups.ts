import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPoints } from '../../harness/mounts.js';
import { run } from '../../harness/run.js';

/**
 * On a machine with both versions of cgroups, crun assumes only version 2. Without the mount of version 2 in this mount
 * namespace, it uses version 1.
 */
export async function hideSecondVersion(): Promise<void> {
  const unified = '/sys/fs/cgroup/unified';
  if ((await mountPoints()).includes(unified)) await run('umount', unified);
}

/** The cgroups whose names contain this string. */
export async function controlGroups(text: string): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' '));
  const roots = mounts
    .filter((fields) => / - cgroup2? /.test(fields.join(' ')))
    .map((fields) => fields[4] ?? '');
  const found = await Promise.all(roots.map((root) => matching(root, text)));
  return found.flat();
}

async function matching(root: string, text: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.includes(text)).map((entry) => join(root, entry));
}
