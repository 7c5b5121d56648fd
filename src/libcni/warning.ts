/** Something that went wrong, or looks wrong, without stopping the operation. */
export interface LibcniWarning {
  /**
   * - `UNUSED_CAPABILITY_ARGS`: no plugin of the list declares a capability that arguments were given for.
   * - `AMBIGUOUS_ARGS`: plugins will read back other arguments than were given. They are handed on, since what was made
   *   with them must be taken down.
   * - `NO_CNI_VERSION`: the list names no version, so results will have the form of 0.1.0.
   * - `RULES_MAY_STAY`: the namespace was gone before DEL, and a plugin that masquerades (`ipMasq`) needs it to know which
   *   rules are the container's.
   * - `NO_DEFAULT_ROUTE`: an attachment asked for the default routes without gateways and has none, so the pod has none.
   * - `CACHE_ENTRY_SET_ASIDE`: an unreadable cache entry was moved to `file`.
   * - `CACHE_ENTRY_NOT_SET_ASIDE`: an unreadable cache entry, `file`, could not be moved; the message says what becomes
   *   of it.
   * - `CACHE_ENTRY_NOT_REMOVED`: the entry of a detached attachment stays behind.
   * - `CACHE_ENTRY_OF_ANOTHER`: the cache file of the attachment belongs to another one, and was left alone.
   * - `ROLLBACK_SKIPPED`: ADD failed for an attachment that existed before, or that may have, since its cache entry is
   *   unreadable; it was therefore left alone.
   * - `INTERFACE_OF_ANOTHER`: what the attachment has in its namespace was left alone, since the interface there is that
   *   of another attachment; everything else was taken down.
   * - `JOURNAL_ENTRY_NOT_REMOVED`: an ADD has ended, but its journal entry stays behind until `recover()`.
   * - `NETNS_GONE`: there is no network namespace at `file`, where the attachment was made; everything outside of it was taken
   *   down.
   * - `NETNS_REPLACED`: another network namespace is at `file` by now. It was left alone; everything else was taken down.
   * - `NETNS_OF_HOST`: the namespace at `file` is that of this process, or of process 1. It was left alone; everything else was
   *   taken down.
   * - `NETNS_UNUSABLE`: the path of a namespace, `file`, can be that of none, and counts as gone.
   * - `STATE_FILE_SET_ASIDE`: what is no file of the journal, of a lock or of a note was moved to `file`. The names of the
   *   attachment are those that the file's own name tells, or empty.
   * - `STATE_FILE_NOT_SET_ASIDE`: such a file, `file`, could not be moved; everything else goes on.
   */
  readonly code:
    | 'UNUSED_CAPABILITY_ARGS'
    | 'AMBIGUOUS_ARGS'
    | 'NO_CNI_VERSION'
    | 'RULES_MAY_STAY'
    | 'NO_DEFAULT_ROUTE'
    | 'CACHE_ENTRY_SET_ASIDE'
    | 'CACHE_ENTRY_NOT_SET_ASIDE'
    | 'CACHE_ENTRY_NOT_REMOVED'
    | 'CACHE_ENTRY_OF_ANOTHER'
    | 'ROLLBACK_SKIPPED'
    | 'INTERFACE_OF_ANOTHER'
    | 'JOURNAL_ENTRY_NOT_REMOVED'
    | 'NETNS_GONE'
    | 'NETNS_REPLACED'
    | 'NETNS_OF_HOST'
    | 'NETNS_UNUSABLE'
    | 'STATE_FILE_SET_ASIDE'
    | 'STATE_FILE_NOT_SET_ASIDE';
  readonly message: string;
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
  /** The capabilities nobody declares. */
  readonly capabilities?: readonly string[];
  readonly file?: string;
  readonly cause?: unknown;
}
