import { join } from 'node:path';
import { type HeldFileLock, withFileLock } from '../../files/with-file-lock.js';
import { stateOptionsFor } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';

/** What to do under a lock, and how long to wait for it. */
interface LockedWork<Value> {
  readonly run: (lock: HeldFileLock) => Promise<Value>;
  readonly limits: NetworkLimits;
}

/** Runs something while nobody else creates or removes networks. */
export async function withFolderLock<Value>(
  context: NetworksContext,
  work: LockedWork<Value>,
): Promise<Value> {
  return await withStateLock(context, 'create', work);
}

/** Runs something while nobody else changes the hosts files of a network. */
export async function withHostsLock<Value>(
  context: NetworksContext,
  network: string,
  work: LockedWork<Value>,
): Promise<Value> {
  return await withStateLock(context, join('locks', network), work);
}

async function withStateLock<Value>(
  { stateDir, operator }: NetworksContext,
  name: string,
  { run, limits: { signal, timeoutMs } }: LockedWork<Value>,
): Promise<Value> {
  const { onSetAside } = stateOptionsFor(operator, undefined);
  const place = { dirMode: 0o700, asideFolder: join(stateDir, 'unreadable'), onSetAside };
  return await withFileLock(join(stateDir, name), run, { signal, timeoutMs, ...place });
}
