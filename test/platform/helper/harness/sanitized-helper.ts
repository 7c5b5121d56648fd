import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const native = fileURLToPath(new URL('../../../../native', import.meta.url));

/** Builds the helper with AddressSanitizer, in a folder that every user can access. */
export function sanitizedHelper(folder: string): string {
  execFileSync('make', ['-C', native, 'asan'], { stdio: 'pipe' });
  const copy = join(folder, 'cni-helper-asan');
  copyFileSync(join(native, 'build/cni-helper-asan'), copy);
  chmodSync(folder, 0o755);
  chmodSync(copy, 0o755);
  return copy;
}

const parser = fileURLToPath(new URL('../../../fixtures/helper/parse-frames.c', import.meta.url));

/** Builds a program with AddressSanitizer that parses frames like the helper. */
export function sanitizedParser(folder: string): string {
  const binary = join(folder, 'parse-frames');
  const compile = 'exec "$(command -v gcc || command -v cc)" -g -O1 -fsanitize=address,undefined "$@"';
  const options = ['-fno-sanitize-recover=all', '-o', binary, parser];
  const sources = ['frame.c', 'bytes.c'].map((name) => join(native, name));
  execFileSync('sh', ['-c', compile, 'sh', ...options, ...sources], { stdio: 'pipe' });
  return binary;
}
