/** Limits of one plugin run. */
export interface ExecOptions {
  /** Ends the plugin: TERM to its process group, then KILL. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the plugin is ended in the same way. @default no limit */
  readonly timeoutMs?: number | undefined;
  /**
   * The output of a successful run is not needed: output beyond 16 MiB is dropped instead of ending the plugin.
   * @default false
   */
  readonly dropsOutput?: boolean | undefined;
  /** The limit of the whole operation, which messages name; `timeoutMs` is the time left. */
  readonly limitMs?: number | undefined;
}

/**
 * The seam between the library and plugins. An implementation must settle only after the plugin has ended, and
 * must honour `signal` and `timeoutMs`.
 */
export interface Exec {
  /**
   * Runs a plugin and returns its output.
   *
   * @param path - the plugin's executable
   * @param stdin - the JSON that it reads
   * @param env - its whole environment; frozen and without a prototype, since the plugins of one verb share it
   * @throws PluginError if the plugin failed; LibcniError `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_PERMISSION`,
   * `ERR_PLUGIN_NOT_FOUND`, `ERR_HELPER` if it could not run to its end.
   */
  execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string>;
  /**
   * The path of a plugin's executable in the first folder that has it.
   *
   * @throws LibcniError `ERR_CONF_INVALID`, `ERR_PLUGIN_NOT_FOUND`
   */
  findInPath(plugin: string, paths: readonly string[]): Promise<string>;
}
