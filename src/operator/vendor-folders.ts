import type { Exec } from '../libcni/index.js';

/** An `Exec` that looks for a plugin in the folders of its vendor first. */
export function withVendorFolders(
  exec: Exec,
  pluginDirs: ((pluginType: string) => readonly string[]) | undefined,
): Exec {
  if (pluginDirs === undefined) return exec;
  return {
    execPlugin: (path, stdin, env, options) => exec.execPlugin(path, stdin, env, options),
    findInPath: (plugin, paths) => exec.findInPath(plugin, [...pluginDirs(plugin), ...paths]),
  };
}
