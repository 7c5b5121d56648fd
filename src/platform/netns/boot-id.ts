import { readFileSync } from 'node:fs';

let known: string | undefined;

/** What the kernel calls the time since it was started; the empty string where it may not be read. */
export function bootId(): string {
  known ??= readBootId();
  return known;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
