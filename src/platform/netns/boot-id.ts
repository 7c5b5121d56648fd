import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The kernel's id of the current boot; an empty string if it may not be read. */
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
