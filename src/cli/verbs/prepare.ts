import { createHash } from 'node:crypto';
import { isOwnError } from '../../errors/own-error.js';
import { CNIConfig, loadNetworkConf, type NetworkConfigList, type RuntimeConf } from '../../libcni/index.js';
import { warn } from '../failure.js';
import { netnsPath, realPath } from '../options/netns-path.js';
import { parseRequest } from '../options/parse-request.js';
import { type PlaceOptions, placesOf } from '../options/places.js';
import type { VerbCommandOptions } from './options.js';

/** What a verb for a network needs. */
export interface PreparedNetwork {
  readonly cni: CNIConfig;
  readonly list: NetworkConfigList;
}

/** @throws LibcniError `ERR_NO_CONFIGS`, `ERR_CONF_NOT_FOUND`, `ERR_CONF_INVALID` */
export async function prepareNetwork(network: string, options: PlaceOptions): Promise<PreparedNetwork> {
  const { confDir, binDirs, cacheDir } = placesOf(options);
  const cni = new CNIConfig({ path: binDirs, cacheDir });
  cni.on('warning', ({ message }) => warn(message));
  return { cni, list: await loadNamed(confDir, network) };
}

/** An earlier broken file of another network must not stop the verb. */
async function loadNamed(confDir: string, network: string): Promise<NetworkConfigList> {
  try {
    return await loadNetworkConf(confDir, network);
  } catch (error) {
    if (!isOwnError(error) || error.code !== 'ERR_CONF_INVALID') throw error;
    const { readFolder } = await import('./read-folder.js');
    const { networks } = await readFolder(confDir);
    const found = networks.find(({ name }) => name === network);
    if (found === undefined) throw error;
    warn(error.message);
    return found.list;
  }
}

/** The attachment of network and namespace, as in cnitool. */
export function attachmentOf(netns: string, options: VerbCommandOptions): RuntimeConf {
  const path = netnsPath(netns);
  const { ifName = 'eth0', args, capabilityArgs } = parseRequest(options);
  return {
    containerId: options.containerId ?? containerIdOf(path),
    netns: path,
    ifName,
    args,
    capabilityArgs,
  };
}

/** The same, but without arguments it uses those of the ADD, so that mapped ports are removed. */
export async function recordedOf(
  { cni, list }: PreparedNetwork,
  rt: RuntimeConf,
  { ports, ips, mac, capArgs = process.env.CAP_ARGS, cniArgs = process.env.CNI_ARGS }: VerbCommandOptions,
): Promise<RuntimeConf> {
  // The verb itself reports an unreadable record.
  const cached = await cni.getNetworkListCachedConfig(list, rt).catch(() => undefined);
  if (cached === undefined) await warnOfOthers({ cni, list }, rt);
  const isAsked = [ports, ips, mac, capArgs].some(Boolean);
  return {
    ...rt,
    args: cniArgs ? rt.args : (cached?.rt.args ?? rt.args),
    capabilityArgs: isAsked ? rt.capabilityArgs : (cached?.rt.capabilityArgs ?? rt.capabilityArgs),
  };
}

/** Attachments made by another command have another id, which is easy to forget. */
async function warnOfOthers({ cni, list: { name } }: PreparedNetwork, { netns, ifName }: RuntimeConf) {
  const recorded = await cni.getCachedAttachments().catch(() => []);
  const others = recorded.filter(
    (one) => one.network === name && one.ifName === ifName && realPath(one.netns) === realPath(netns),
  );
  for (const { containerId } of others)
    warn(`${ifName} in ${netns} belongs to container ${containerId}: use --container-id ${containerId}`);
}

/** cnitool's id for the container in the namespace at a path. */
function containerIdOf(path: string): string {
  return `cnitool-${createHash('sha512').update(path).digest('hex').slice(0, 20)}`;
}
