import { readFile } from 'node:fs/promises';

/** The mount points in this process's mount namespace; stacked mounts appear repeatedly. */
export async function mountPoints(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '');
}
