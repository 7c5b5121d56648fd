// Port of ValidateNetworkList and ValidateNetwork in Go's libcni/api.go.
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { asError } from '../errors/system-error.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { validateNetworkName } from './names.js';
import type { VerbOptions } from './operation.js';
import { declaredCapabilities } from './plugin-stdin.js';
import { getVersionInfo } from './version-info.js';

/** Checks that every plugin of a list is there and speaks its version; yields its capabilities, sorted. */
export async function validateNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  options: VerbOptions = {},
): Promise<string[]> {
  validateNetworkName(list.name);
  const checks = list.plugins.map(async ({ network }) => {
    try {
      return await validatePlugin(context, { ...list, type: network.type }, options);
    } catch (error) {
      return asError(error);
    }
  });
  const errors = (await Promise.all(checks)).filter((error) => error !== undefined);
  if (errors.length > 0) throw new LibcniAggregateError(errors, `network ${list.name} is not valid`);
  return [...new Set(list.plugins.flatMap(declaredCapabilities))].sort();
}

/** The same for a single plugin. */
export async function validateNetwork(
  context: CniContext,
  plugin: PluginConfig,
  options: VerbOptions = {},
): Promise<string[]> {
  const { name, cniVersion, type } = plugin.network;
  validateNetworkName(name ?? '');
  await validatePlugin(context, { name: name ?? '', cniVersion: cniVersion ?? '', type }, options);
  return declaredCapabilities(plugin);
}

interface Expectation {
  readonly name: string;
  readonly cniVersion: string;
  readonly type: string;
}

async function validatePlugin(
  context: CniContext,
  expected: Expectation,
  options: VerbOptions,
): Promise<void> {
  const { name: network, type: plugin } = expected;
  const version = expected.cniVersion || '0.1.0';
  const { supportedVersions } = await getVersionInfo(context, plugin, options);
  if (supportedVersions.includes(version)) return;
  const summary = `plugin ${plugin} does not speak version "${version}", only ${supportedVersions.join(', ')}`;
  const reason = 'version-not-spoken';
  throw new LibcniError('ERR_VERSION', summary, { reason, value: version, verb: 'VERSION', plugin, network });
}
