import type { Dns } from '../result/types.js';

/**
 * The configuration of one plugin, as plain JSON (CNI specification, section 1). Keys that the specification
 * does not know survive.
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

/** One plugin of a network: its configuration parsed, and the JSON text that it was parsed from. */
export interface PluginConfig {
  readonly network: PluginConf;
  readonly bytes: string;
}

/** A network: plugins that are run in order, each on the result of the one before it. */
export interface NetworkConfigList {
  readonly name: string;
  /** The version of the specification to speak; the empty string where the configuration names none. */
  readonly cniVersion: string;
  /** CHECK does nothing. */
  readonly disableCheck: boolean;
  /** GC does nothing. */
  readonly disableGC: boolean;
  /** Plugin files in the folder `<conf dir>/<name>/` are left alone. */
  readonly loadOnlyInlinedPlugins: boolean;
  readonly plugins: readonly PluginConfig[];
  /** The text as read. */
  readonly bytes: string;
}
