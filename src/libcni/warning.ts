/** Something that went wrong, or looks wrong, without stopping the operation. */
export interface LibcniWarning {
  /**
   * - `UNUSED_CAPABILITY_ARGS`: arguments were given for a capability that no plugin of the list declares.
   * - `AMBIGUOUS_ARGS`: plugins will misread these arguments. They are passed on, since an attachment made with them
   *   must be removable.
   * - `NO_CNI_VERSION`: the list has no version, so results will have the form of 0.1.0.
   * - `RULES_MAY_STAY`: the namespace was gone before DEL, and a plugin that masquerades (`ipMasq`) needs it to find the
   *   container's rules.
   * - `CAPABILITY_ARGS_MISSING`: DEL was given no arguments for capabilities that the attachment was made with. As in Go, it
   *   passes on only what it is given, so what plugins made for them, such as the rules of mapped ports, may stay.
   * - `NO_DEFAULT_ROUTE`: an attachment should provide the default routes, but without a gateway and with plugins that made
   *   none, so the pod has no default route.
   * - `CACHE_ENTRY_SET_ASIDE`: an unreadable cache entry was moved to `file`.
   * - `CACHE_ENTRY_NOT_SET_ASIDE`: an unreadable cache entry, `file`, could not be moved; the message says what happens
   *   to it.
   * - `CACHE_ENTRY_NOT_REMOVED`: the entry of a detached attachment stays behind.
   * - `CACHE_ENTRY_OF_ANOTHER`: the cache file of the attachment belongs to another attachment, and was left alone.
   * - `ROLLBACK_SKIPPED`: ADD failed for an attachment that existed before, or may have, since its cache entry is
   *   unreadable. It was left alone.
   * - `INTERFACE_OF_ANOTHER`: the attachment's namespace was left alone, since the interface there belongs to another
   *   attachment. Everything else was removed.
   * - `JOURNAL_ENTRY_NOT_REMOVED`: an ADD has ended, but its journal entry stays behind until `recover()`.
   * - `NETNS_GONE`: there is no network namespace at `file`, where the attachment was made. Everything outside of it was
   *   removed.
   * - `NETNS_REPLACED`: another network namespace is now at `file`. It was left alone; everything else was removed.
   * - `NETNS_OF_HOST`: the namespace at `file` is that of this process, or of process 1. It was left alone; everything else was
   *   removed.
   * - `NETNS_UNUSABLE`: the path of a namespace, `file`, cannot lead to a namespace, and counts as gone.
   * - `STATE_FILE_SET_ASIDE`: something that is not a journal, lock, note or other state file was moved to `file`. The names
   *   of the attachment come from the file's own name, or are empty.
   * - `STATE_FILE_NOT_SET_ASIDE`: such a file, `file`, could not be moved; everything else goes on.
   * - `HOSTS_FILE_NOT_WRITTEN`: the hosts file or resolv.conf of a container, `file`, could not be updated while another
   *   container joined or left the network, or while the container itself left it.
   */
  readonly code:
    | 'UNUSED_CAPABILITY_ARGS'
    | 'AMBIGUOUS_ARGS'
    | 'NO_CNI_VERSION'
    | 'RULES_MAY_STAY'
    | 'CAPABILITY_ARGS_MISSING'
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
    | 'STATE_FILE_NOT_SET_ASIDE'
    | 'HOSTS_FILE_NOT_WRITTEN';
  readonly message: string;
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
  /** The capabilities that no plugin declares, or for which DEL was given no arguments. */
  readonly capabilities?: readonly string[];
  readonly file?: string;
  readonly cause?: unknown;
}
