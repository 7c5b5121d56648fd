import type { AttachedNetwork } from '../operator/index.js';

/** What a hook has done. */
export type HookOutcome =
  | {
      readonly did: 'attached';
      /** The file that pins the namespace. */
      readonly netns: string;
      readonly networks: readonly AttachedNetwork[];
      /** The file with the same content. */
      readonly resultFile: string;
      /** Warnings, for example about arguments that no plugin declares. */
      readonly warnings: readonly string[];
    }
  | { readonly did: 'detached' }
  | { readonly did: 'nothing'; readonly reason: IdleReason };

/**
 * Why there was nothing to do:
 * - `host network`: the container is in the host's network namespace;
 * - `shared network`: it is in that of another container, which has its own hook;
 * - `no networks`: it requests none;
 * - `attached already`: exactly this namespace is;
 * - `not attached`: the hook never attached it, or has detached it.
 */
export type IdleReason =
  | 'host network'
  | 'shared network'
  | 'no networks'
  | 'attached already'
  | 'not attached';
