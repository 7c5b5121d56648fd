import { CURRENT_VERSION, SUPPORTED_VERSIONS } from '../../libcni/index.js';
import { findHelperBinary } from '../../platform/helper/index.js';
import { limitsOf } from '../options/limits.js';
import { show } from '../output/table.js';
import { commandVersion } from '../version.js';
import type { VerbCommandOptions } from './options.js';
import { prepareNetwork } from './prepare.js';

/** The versions of the plugins of a network, or of this command. */
export async function version(network: string | undefined, options: VerbCommandOptions): Promise<void> {
  if (network === undefined) return await ownVersion(options);
  const { cni, list } = await prepareNetwork(network, options);
  const types = [...new Set(list.plugins.map(({ network: { type } }) => type))];
  // At the same time, so that the limit is one for all of them.
  const ask = async (plugin: string) => ({
    plugin,
    ...(await cni.getVersionInfo(plugin, limitsOf(options))),
  });
  const plugins = await Promise.all(types.map(ask));
  await show(
    options.json,
    { network, cniVersion: list.cniVersion, plugins },
    {
      columns: ['PLUGIN', 'SUPPORTS'],
      rows: plugins.map(({ plugin, supportedVersions }) => [plugin, supportedVersions.join(' ')]),
      nothing: `${network} has no plugins`,
    },
  );
}

async function ownVersion({ json }: VerbCommandOptions): Promise<void> {
  const about = {
    version: commandVersion,
    node: process.version,
    cniVersion: CURRENT_VERSION,
    supportedVersions: SUPPORTED_VERSIONS,
    helper: findHelperBinary() ?? null,
  };
  await show(json, about, {
    columns: ['WHAT', 'VERSION'],
    rows: [
      ['libcni', about.version],
      ['node', about.node],
      ['CNI', SUPPORTED_VERSIONS.join(' ')],
      ['helper', about.helper ?? 'not installed'],
    ],
    nothing: '',
  });
}
