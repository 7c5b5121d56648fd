import { join } from 'node:path';

/** Where namespaces are kept: `/var/run/netns` for root, else a folder of the user's own that a log-out clears. */
export function defaultNetnsFolder(): string {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return '/var/run/netns';
  return join(process.env.XDG_RUNTIME_DIR || `/run/user/${uid}`, 'netns');
}
