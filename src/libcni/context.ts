import type { ForeignFolders } from '../files/check-owner.js';
import type { LookRequest, NetnsLook } from '../platform/netns/index.js';
import type { Exec } from './exec/types.js';
import type { LibcniWarning } from './warning.js';

/** What the verbs share: how to find and run plugins, where the cache is, where warnings go. */
export interface CniContext {
  /** Plugin folders, searched in order. */
  readonly path: readonly string[];
  readonly exec: Exec;
  readonly cacheDir: string | undefined;
  /** Whether a request that looks wrong is an error. */
  readonly strict: boolean;
  /** Whether an ADD waits until its record is synced. */
  readonly sync: boolean;
  /** Work that nothing waits for but the end. */
  readonly later: (work: Promise<void>) => void;
  /** Inspects a namespace, and an interface in it. */
  readonly look: (request: LookRequest) => Promise<NetnsLook>;
  readonly foreignFolders?: ForeignFolders | undefined;
  readonly warn: (warning: LibcniWarning) => void;
}
