import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What may stand in the place of a file of state. */
export const kinds = {
  folder: (file) => mkdirSync(file),
  fifo: (file) => spawnSync('mkfifo', [file]),
  socket: (file) =>
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(file)}, () => process.exit(0))`,
    ]),
  link: (file) => symlinkSync('/etc/hostname', file),
  'file that is too big': (file) => {
    writeFileSync(file, '');
    truncateSync(file, 40 * 1024 * 1024);
  },
  'file with text in it': (file) => writeFileSync(file, 'text'),
};

/** Their names, for the title of a row. */
export const kindNames = Object.keys(kinds).join(', a ');

/** Puts one of each kind in the place of a file, and does something with it there. @returns the faults */
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
