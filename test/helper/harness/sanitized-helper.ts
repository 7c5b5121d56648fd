import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const native = fileURLToPath(new URL('../../../native', import.meta.url));

/** Builds the helper with AddressSanitizer and puts it into a folder that any user can reach. */
export function sanitizedHelper(folder: string): string {
  execFileSync('make', ['-C', native, 'asan'], { stdio: 'pipe' });
  const copy = join(folder, 'cni-helper-asan');
  copyFileSync(join(native, 'build/cni-helper-asan'), copy);
  chmodSync(folder, 0o755);
  chmodSync(copy, 0o755);
  return copy;
}
