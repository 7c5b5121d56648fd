// Port of buildOneConfig and injectRuntimeConfig in Go's libcni/api.go.
import { injectMembers, membersToInjectInTurns } from './conf/inject-conf.js';
import type { PluginConfig } from './conf/types.js';
import { keyFolder } from './json/fold-keys.js';
import { isJsonObject, type JsonObject } from './json/parse-json.js';
import type { WrittenMembers } from './json/write-json.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';

/** What the library adds to a plugin's configuration. */
export interface StdinParts {
  readonly name: string;
  readonly cniVersion: string;
  readonly prevResult?: Result | undefined;
  readonly rt?: RuntimeConf | undefined;
}

/** Makes the standard input of each plugin of a verb. */
export type StdinWriter = (plugin: PluginConfig) => Promise<string>;

/** Makes the standard input of each plugin of a verb. The part that they share is serialised once. */
export function stdinWriter({ name, cniVersion, prevResult, rt }: StdinParts): StdinWriter {
  const shared = { name, cniVersion, ...(prevResult && { prevResult }) };
  let written: Promise<WrittenMembers> | undefined;
  return async (plugin) => {
    written ??= membersToInjectInTurns(shared);
    const common = await written;
    const runtimeConfig = rt && runtimeConfigFor(plugin, rt);
    if (runtimeConfig === undefined) return injectMembers(plugin, common);
    return injectMembers(plugin, common, await membersToInjectInTurns({ runtimeConfig }));
  };
}

/** The standard input of a plugin. */
export async function pluginStdin(plugin: PluginConfig, parts: StdinParts): Promise<string> {
  return await stdinWriter(parts)(plugin);
}

/** The capabilities that a plugin declares, sorted. */
export function declaredCapabilities({ network }: PluginConfig): string[] {
  return Object.entries(network.capabilities ?? {})
    .filter(([, declared]) => declared)
    .map(([capability]) => capability)
    .sort();
}

function runtimeConfigFor(plugin: PluginConfig, rt: RuntimeConf): JsonObject | undefined {
  const capabilityArgs: Readonly<Record<string, unknown>> = rt.capabilityArgs ?? {};
  const given = declaredCapabilities(plugin).filter(
    (capability) => Object.hasOwn(capabilityArgs, capability) && capabilityArgs[capability] !== undefined,
  );
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((name) => [name, withProtocols(name, capabilityArgs[name])]));
}

const foldProtocol = keyFolder(['protocol']);

/** A port mapping without a protocol means tcp; `portmap` would make a rule that matches nothing. */
function withProtocols(capability: string, value: unknown): unknown {
  if (capability !== 'portMappings' || !Array.isArray(value)) return value;
  return value.map((mapping: unknown) => {
    const isBare = isJsonObject(mapping) && !foldProtocol(mapping).protocol;
    return isBare ? { ...mapping, protocol: 'tcp' } : mapping;
  });
}
