import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What can be in the place of a state file. */
export const kinds = {
  folder: (file) => mkdirSync(file),
  fifo: (file) => spawnSync('mkfifo', [file]),
  socket: (file) =>
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(file)}, () => process.exit(0))`,
    ]),
  link: (file) => symlinkSync('/etc/hostname', file),
  'oversized file': (file) => {
    writeFileSync(file, '');
    truncateSync(file, 40 * 1024 * 1024);
  },
  'text file': (file) => writeFileSync(file, 'text'),
};

/** Their names, for the title of a row. */
export const kindNames = Object.keys(kinds).join(', ');

/** Replaces a file by each kind in turn, and does some work each time. @returns the faults */
export async function withEach(file, work, wanted = kinds) {
  const faults = [];
  for (const [kind, make] of Object.entries(wanted)) {
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    make(file);
    const found = await work().catch((error) => [error.stack]);
    if (found.length > 0) faults.push(`${kind}: ${found.slice(0, 4).join('; ')}`);
    rmSync(file, { recursive: true, force: true });
  }
  return faults;
}
