import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { type CniVersion, SUPPORTED_VERSIONS } from '../../libcni/version.js';
import type { NetworksContext } from '../context.js';

/** podman and iSulad cannot read newer versions. */
const HIGHEST: CniVersion = '1.0.0';
const PLUGINS = 'the package containernetworking-plugins, or github.com/containernetworking/plugins';
const DNSNAME =
  'the package golang-github-containernetworking-plugin-dnsname, or github.com/containers/dnsname';
const LOWEST = SUPPORTED_VERSIONS.indexOf('0.3.0');

/** The result of checking a new network's plugins. */
export interface PluginCheck {
  readonly cniVersion: CniVersion;
  readonly warnings: readonly string[];
}

interface PluginDemand {
  readonly types: readonly string[];
  /** The requested version. */
  readonly wanted: CniVersion | undefined;
  readonly missing: 'refuse' | 'warn';
}

/**
 * The version for a configuration: the highest that all of its plugins support.
 *
 * @throws LibcniError `ERR_PLUGIN_NOT_FOUND` that says what to install, `ERR_VERSION` that names the plugin at fault
 */
export async function checkPlugins(
  context: NetworksContext,
  { types, wanted, missing }: PluginDemand,
): Promise<PluginCheck> {
  const answers = await Promise.all(types.map((type) => ask(context, type)));
  const absent = types.filter((_, index) => answers[index] === undefined);
  if (absent.length > 0 && missing === 'refuse') throw notInstalled(absent, context.binDirs);
  const warnings = absent.length > 0 ? [notInstalled(absent, context.binDirs).message] : [];
  const spoken = answers.filter((versions) => versions !== undefined);
  const speaks = (version: string) => spoken.every((versions) => versions.includes(version));
  const found = wanted ?? candidates().find(speaks);
  if (found !== undefined && (wanted === undefined || speaks(found))) return { cniVersion: found, warnings };
  const culprits = types.filter((_, index) => answers[index]?.includes(wanted ?? HIGHEST) === false);
  const summary = `plugin ${culprits.join(', ')} does not support version ${wanted ?? HIGHEST}: update it, or choose another cniVersion`;
  throw new LibcniError('ERR_VERSION', summary, {
    jsonPath: '$.cniVersion',
    value: wanted,
    plugin: culprits[0],
  });
}

/** Whether a plugin is installed. */
export async function isInstalled(context: NetworksContext, type: string): Promise<boolean> {
  return (await ask(context, type)) !== undefined;
}

function candidates(): CniVersion[] {
  return SUPPORTED_VERSIONS.slice(LOWEST, SUPPORTED_VERSIONS.indexOf(HIGHEST) + 1).reverse();
}

async function ask({ operator }: NetworksContext, type: string): Promise<readonly string[] | undefined> {
  try {
    return await operator.pluginVersions(type);
  } catch (error) {
    if (hasCode(error, 'ERR_PLUGIN_NOT_FOUND')) return undefined;
    throw error;
  }
}

function notInstalled(types: readonly string[], binDirs: readonly string[]): LibcniError {
  const which = types.length === 1 ? `plugin ${types[0]} is` : `plugins ${types.join(', ')} are`;
  const from = [...new Set(types.map((type) => (type === 'dnsname' ? DNSNAME : PLUGINS)))].join('; and ');
  const summary = `${which} not installed in ${binDirs.join(', ')}: install ${from}`;
  return new LibcniError('ERR_PLUGIN_NOT_FOUND', summary, { plugin: types[0], value: types });
}
