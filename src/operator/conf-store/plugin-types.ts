import type { NetworkConfigList } from '../../libcni/conf/types.js';
import { isJsonObject, type JsonObject } from '../../libcni/json/parse-json.js';

/** A plugin that a configuration names. */
export interface NamedPlugin {
  readonly type: string;
  /** The place inside the configuration, for example `.delegate.ipam.type`. */
  readonly path: string;
  /** Whether another plugin runs it, with a configuration of its choice. */
  readonly isDelegate: boolean;
}

/**
 * The types of the plugins that a network runs, each once: its own, IPAM plugins, and delegates named in its
 * configuration.
 */
export function pluginTypes({ plugins }: NetworkConfigList): string[] {
  return [...new Set(plugins.flatMap(({ network }) => namedPlugins(network)).map(({ type }) => type))];
}

/** The plugins that the configuration of one plugin names, itself first. */
export function namedPlugins(conf: unknown): NamedPlugin[] {
  return namedIn({ conf, path: '', isDelegate: false });
}

interface Place {
  readonly conf: unknown;
  readonly path: string;
  readonly isDelegate: boolean;
}

function namedIn(place: Place): NamedPlugin[] {
  const { conf, path, isDelegate } = place;
  if (!isJsonObject(conf)) return [];
  const ipam = { conf: conf.ipam, path: `${path}.ipam`, isDelegate };
  return [...typeAt(place), ...typeAt(ipam), ...delegates(conf, path).flatMap(namedIn)];
}

function typeAt({ conf, path, isDelegate }: Place): NamedPlugin[] {
  if (!isJsonObject(conf) || typeof conf.type !== 'string' || conf.type === '') return [];
  return [{ type: conf.type, path: `${path}.type`, isDelegate }];
}

/**
 * `delegate` of flannel and `delegates` of multus, each a plugin or a list of plugins. With `binDir`, multus searches
 * for them elsewhere.
 */
function delegates({ delegate, delegates: listed, binDir }: JsonObject, path: string): Place[] {
  const one = { conf: delegate, path: `${path}.delegate`, isDelegate: true };
  if (!Array.isArray(listed) || binDir !== undefined) return [one];
  return [one, ...listed.flatMap((conf: unknown, index) => pluginsOf(conf, `${path}.delegates[${index}]`))];
}

function pluginsOf(conf: unknown, path: string): Place[] {
  if (!isJsonObject(conf) || !Array.isArray(conf.plugins)) return [{ conf, path, isDelegate: true }];
  return conf.plugins.map((plugin: unknown, index) => ({
    conf: plugin,
    path: `${path}.plugins[${index}]`,
    isDelegate: true,
  }));
}
