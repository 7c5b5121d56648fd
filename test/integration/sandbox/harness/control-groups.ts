import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPoints } from '../../harness/mounts.js';
import { run } from '../../harness/run.js';

/**
 * crun takes a machine whose control groups are of both versions for one of the second version alone; without the mount of
 * that one, in this mount namespace, it is one of the first.
 */
export async function hideSecondVersion(): Promise<void> {
  const unified = '/sys/fs/cgroup/unified';
  if ((await mountPoints()).includes(unified)) await run('umount', unified);
}

/** The control groups whose names have this text in them. */
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
