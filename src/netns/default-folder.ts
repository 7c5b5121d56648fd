import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where namespaces are kept: `/var/run/netns` for root, else a folder of the user's own that a log-out clears. Root of
 * a user namespace that has such a folder is that user.
 */
export function defaultNetnsFolder(): string {
  const uid = process.geteuid?.() ?? 0;
  const runtimeDir = process.env.XDG_RUNTIME_DIR;
  if (uid !== 0) return join(runtimeDir || `/run/user/${uid}`, 'netns');
  return runtimeDir && isMapped() ? join(runtimeDir, 'netns') : '/var/run/netns';
}

/** Whether this process lives in a user namespace. The first one has all numbers as they are. */
function isMapped(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
  } catch {
    return false;
  }
}
