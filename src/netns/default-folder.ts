import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The default folder of namespaces: `/var/run/netns` for root, else a folder of the user that is cleared at log-out. Root
 * in a user namespace with such a folder counts as that user.
 */
export function defaultNetnsFolder(): string {
  const uid = process.geteuid?.() ?? 0;
  const runtimeDir = process.env.XDG_RUNTIME_DIR;
  if (uid !== 0) return join(runtimeDir || `/run/user/${uid}`, 'netns');
  return runtimeDir && isMapped() ? join(runtimeDir, 'netns') : '/var/run/netns';
}

/** Whether this process is in a user namespace. The initial one maps all ids to themselves. */
function isMapped(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
  } catch {
    return false;
  }
}
