// Port of ValidateNetworkList and ValidateNetwork in Go's libcni/api.go.
import { LibcniError } from '../errors/libcni-error.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { Failures } from './failures.js';
import { validateNetworkName } from './names.js';
import { Operation, type VerbOptions } from './operation.js';
import { declaredCapabilities } from './plugin-stdin.js';
import { getVersionInfo } from './version-info.js';

/**
 * Checks that every plugin of a list is installed and supports its version. Returns the plugins' capabilities, sorted.
 *
 * @throws LibcniAggregateError with an error for each plugin at fault; LibcniError `ERR_ABORTED` or `ERR_TIMEOUT` if
 * the caller ended it, as the last error if something was at fault before.
 */
export async function validateNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  options: VerbOptions = {},
): Promise<string[]> {
  const operation = new Operation(options);
  operation.next();
  validateNetworkName(list.name);
  const failures = new Failures(operation);
  const checks = list.plugins.map(async ({ network: { type } }, index) => {
    const check = async () => await validatePlugin(context, { ...list, type }, operation.remaining());
    // Each by itself, so that no run is left behind when another one is the first to be ended.
    await failures.untilEnded(() => failures.collect({ index, verb: 'VERSION', plugin: type }, check));
  });
  await Promise.all(checks);
  failures.throwIfAny(`network ${list.name} is not valid`);
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
  const summary = `plugin ${plugin} does not support version "${version}", only ${supportedVersions.join(', ')}`;
  const reason = 'version-not-spoken';
  throw new LibcniError('ERR_VERSION', summary, { reason, value: version, verb: 'VERSION', plugin, network });
}
