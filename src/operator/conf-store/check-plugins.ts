import { extname } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { networkConfFromBytes } from '../../libcni/conf/network-conf.js';
import { SUPPORTED_VERSIONS } from '../../libcni/version.js';
import { type ConfFault, faultOf } from './conf-fault.js';
import { type LoadedNetwork, placeOf } from './conf-snapshot.js';
import type { PluginProbe } from './plugin-probe.js';
import { namedPlugins } from './plugin-types.js';

/** A plugin of a network, and where its configuration names it. */
interface PluginUse {
  readonly plugin: string;
  readonly jsonPath: string | undefined;
  readonly isDelegate: boolean;
}

/** A plugin's answer, or why there is none. */
interface PluginAnswer extends PluginUse {
  readonly versions?: readonly string[];
  readonly error?: unknown;
}

/**
 * Faults that keep the plugins of a network from running, IPAM plugins and delegates included: missing or too old. The
 * version of a delegate is left to the plugin that delegates to it.
 */
export async function checkPlugins(network: LoadedNetwork, probe: PluginProbe): Promise<ConfFault[]> {
  const answers = await Promise.all(pluginUses(network).map((use) => ask(use, probe)));
  const version = network.list.cniVersion || '0.1.0';
  return answers.flatMap((answer) => faultIn(answer, { network, version, answers, probe }));
}

/** A network of a version unknown to this library cannot be used, whatever its plugins support. */
export function checkVersion(network: LoadedNetwork): ConfFault[] {
  const version = network.list.cniVersion || '0.1.0';
  return isSpokenHere(version) ? [] : [unknownVersion(network, version)];
}

function pluginUses({ list, file }: LoadedNetwork): PluginUse[] {
  const isList = !['.conf', '.json'].includes(extname(file ?? ''));
  const inlined = networkConfFromBytes(list.bytes).plugins.length;
  const uses = list.plugins.flatMap(({ network }, index): PluginUse[] => {
    const inList = index < inlined ? `$.plugins[${index}]` : undefined;
    const place = isList ? inList : '$';
    return namedPlugins(network).map(({ type, path, isDelegate }) => {
      return { plugin: type, jsonPath: place && `${place}${path}`, isDelegate };
    });
  });
  // If a plugin is used several times, name the first use, but prefer one that is not a delegate: it has more to meet.
  const inOrder = [...uses.filter(({ isDelegate }) => !isDelegate), ...uses.filter((use) => use.isDelegate)];
  return [...new Map(inOrder.toReversed().map((use) => [use.plugin, use])).values()].reverse();
}

async function ask(use: PluginUse, probe: PluginProbe): Promise<PluginAnswer> {
  try {
    return { ...use, versions: await probe.versions(use.plugin) };
  } catch (error) {
    return { ...use, error };
  }
}

interface Expected {
  readonly network: LoadedNetwork;
  readonly version: string;
  readonly answers: readonly PluginAnswer[];
  readonly probe: PluginProbe;
}

function faultIn(answer: PluginAnswer, expected: Expected): ConfFault[] {
  const { plugin, jsonPath, versions, isDelegate } = answer;
  const { version, answers, network } = expected;
  if (!versions) return [unanswered(answer, expected)];
  if (isDelegate || versions.includes(version)) return [];
  const spoken = versions.join(', ');
  const summary = `plugin ${plugin} does not support version ${version} of network ${network.name}, only ${spoken}`;
  const details = { file: placeOf(network), jsonPath, plugin, network: network.name, value: version };
  return [{ error: new LibcniError('ERR_VERSION', summary, details), hint: commonVersion(answers) }];
}

function unanswered({ plugin, jsonPath, error }: PluginAnswer, { network, probe }: Expected): ConfFault {
  const place = { file: placeOf(network), jsonPath, plugin, network: network.name };
  if (isOwnError(error)) {
    const isMissing = error.code === 'ERR_PLUGIN_NOT_FOUND';
    const hint = isMissing ? `put ${plugin} into one of ${probe.folders(plugin).join(', ')}` : undefined;
    return { error: error.with(place), hint };
  }
  if (!(error instanceof PluginError)) return faultOf(error, placeOf(network));
  const summary = `plugin ${plugin} does not report which versions it supports: ${error.msg}`;
  return { error: new LibcniError('ERR_VERSION', summary, { ...place, cause: error }) };
}

function commonVersion(answers: readonly PluginAnswer[]): string {
  const spoken = answers.flatMap(({ versions, isDelegate }) => (versions && !isDelegate ? [versions] : []));
  const common = SUPPORTED_VERSIONS.findLast((version) => spoken.every((all) => all.includes(version)));
  return common === undefined
    ? 'the plugins of this network have no version in common'
    : `the highest version that all plugins of this network support is ${common}`;
}

function isSpokenHere(version: string): boolean {
  return SUPPORTED_VERSIONS.some((supported) => supported === version);
}

function unknownVersion(network: LoadedNetwork, version: string): ConfFault {
  const { name } = network;
  const summary = `version ${version} of network ${name} is not one of ${SUPPORTED_VERSIONS.join(', ')}`;
  const details = { file: placeOf(network), jsonPath: '$.cniVersion', network: name, value: version };
  return { error: new LibcniError('ERR_VERSION', summary, details) };
}
