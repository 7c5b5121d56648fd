// Port of buildOneConfig and injectRuntimeConfig in Go's libcni/api.go.
import { injectIntoText } from './conf/inject-conf.js';
import type { PluginConfig } from './conf/types.js';
import type { JsonObject } from './json/parse-json.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';

/** What a plugin's configuration is completed with before the plugin reads it. */
export interface StdinParts {
  readonly name: string;
  readonly cniVersion: string;
  readonly prevResult?: Result | undefined;
  readonly rt?: RuntimeConf | undefined;
}

/** The text that a plugin reads on its standard input. */
export function pluginStdin(plugin: PluginConfig, { name, cniVersion, prevResult, rt }: StdinParts): string {
  const runtimeConfig = rt && runtimeConfigFor(plugin, rt);
  return injectIntoText(plugin.bytes, {
    name,
    cniVersion,
    ...(prevResult && { prevResult }),
    ...(runtimeConfig && { runtimeConfig }),
  });
}

/** The capabilities that a plugin declares, sorted. */
export function declaredCapabilities({ network }: PluginConfig): string[] {
  return Object.entries(network.capabilities ?? {})
    .filter(([, declared]) => declared)
    .map(([capability]) => capability)
    .sort();
}

function runtimeConfigFor(
  plugin: PluginConfig,
  { capabilityArgs = {} }: RuntimeConf,
): JsonObject | undefined {
  const given = declaredCapabilities(plugin).filter(
    (capability) => Object.hasOwn(capabilityArgs, capability) && capabilityArgs[capability] !== undefined,
  );
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((capability) => [capability, capabilityArgs[capability]]));
}
