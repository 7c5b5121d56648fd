import type { ForeignFolders } from '../files/check-owner.js';
import type { LookRequest, NetnsLook } from '../platform/netns/index.js';
import type { Exec } from './exec/types.js';
import type { LibcniWarning } from './warning.js';

/** What the verbs share: how plugins are found and run, where the cache is, whom to tell. */
export interface CniContext {
  /** Plugin folders, searched in order. */
  readonly path: readonly string[];
  readonly exec: Exec;
  readonly cacheDir: string | undefined;
  /** Whether what looks wrong in a request is an error. */
  readonly strict: boolean;
  /** Looks at a namespace, and at an interface in it. */
  readonly look: (request: LookRequest) => Promise<NetnsLook>;
  readonly foreignFolders?: ForeignFolders | undefined;
  readonly warn: (warning: LibcniWarning) => void;
}
