import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Exec } from '../../libcni/index.js';
import { namedPlugins } from '../conf-store/plugin-types.js';

/** Folders for one type of plugin. */
type PluginDirs = (pluginType: string) => readonly string[];

/** The folder where vendors install their own plugin: `/opt/<type>/bin`. None if the type is not a file name. */
export function vendorFolders(pluginType: string): readonly string[] {
  return /^\.{0,2}$|[/:\0]/.test(pluginType) ? [] : [`/opt/${pluginType}/bin`];
}

/**
 * An `Exec` that searches the folders of a plugin's vendor first. They are part of the plugin's `CNI_PATH`, and so are
 * those of plugins that its configuration names, since it may delegate to them.
 */
export function withVendorFolders(exec: Exec, pluginDirs: PluginDirs): Exec {
  return {
    execPlugin: (path, stdin, env, options) => {
      // VERSION runs without a configuration, and with a path that leads nowhere.
      if (env.CNI_COMMAND === 'VERSION') return exec.execPlugin(path, stdin, env, options);
      const types = [basename(path), ...namedPlugins(JSON.parse(stdin)).map(({ type }) => type)];
      const folders = types.flatMap((type) => pluginDirs(type));
      return exec.execPlugin(path, stdin, withFolders(env, folders), options);
    },
    findInPath: (plugin, paths) => exec.findInPath(plugin, [...pluginDirs(plugin), ...paths]),
  };
}

function withFolders(
  env: Readonly<Record<string, string>>,
  folders: readonly string[],
): Readonly<Record<string, string>> {
  const known = (env.CNI_PATH ?? '').split(':');
  const more = [...new Set(folders.map((folder) => resolve(folder)))]
    .filter((folder) => !known.includes(folder))
    .filter((folder) => existsSync(folder));
  return more.length === 0 ? env : { ...env, CNI_PATH: [...more, ...known].join(':') };
}
