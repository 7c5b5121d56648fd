import type { Dns } from '../result/types.js';

/**
 * The configuration of one plugin, as plain JSON (CNI specification, section 1). Keys unknown to the specification
 * survive.
 */
export interface PluginConf {
  readonly cniVersion?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** The name of the plugin's executable. */
  readonly type: string;
  /** The capabilities that the plugin takes arguments for. */
  readonly capabilities?: Readonly<Record<string, boolean | null>> | null | undefined;
  readonly ipam?:
    | { readonly type?: string | null | undefined; readonly [key: string]: unknown }
    | null
    | undefined;
  readonly dns?: Dns | null | undefined;
  readonly prevResult?: { readonly [key: string]: unknown } | null | undefined;
  readonly [key: string]: unknown;
}

/** One plugin of a network: its parsed configuration, and the JSON that it was parsed from. */
export interface PluginConfig {
  readonly network: PluginConf;
  readonly bytes: string;
}

/** The configuration of a network as plain JSON (CNI specification, section 1). Keys unknown to it survive. */
export interface NetworkConf {
  readonly name: string;
  /** The version of the specification to use. @default 0.1.0, as in the specification */
  readonly cniVersion?: string | undefined;
  /** Further versions that the plugins support. The newest that this library supports is used. */
  readonly cniVersions?: readonly string[] | undefined;
  /** CHECK does nothing. @default false */
  readonly disableCheck?: boolean | undefined;
  /** GC does nothing. @default false */
  readonly disableGC?: boolean | undefined;
  readonly loadOnlyInlinedPlugins?: boolean | undefined;
  /** They run in this order, each with the result of the one before it. */
  readonly plugins: readonly PluginConf[];
  readonly [key: string]: unknown;
}

/** A network: plugins that run in order, each with the result of the one before it. */
export interface NetworkConfigList {
  readonly name: string;
  /** The version of the specification to use; an empty string if the configuration names none. */
  readonly cniVersion: string;
  /** CHECK does nothing. */
  readonly disableCheck: boolean;
  /** GC does nothing. */
  readonly disableGC: boolean;
  /** Plugin files in the folder `<conf dir>/<name>/` are ignored. */
  readonly loadOnlyInlinedPlugins: boolean;
  readonly plugins: readonly PluginConfig[];
  /** The JSON as read. */
  readonly bytes: string;
}
