import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the networks of a server: one for every pod, and one that a pod can request.
 *
 * @param {string} folder what the addresses that are taken are kept in, too
 * @returns {Promise<string>} the configuration folder
 */
export async function writeNetworks(folder) {
  const confDir = join(folder, 'net.d');
  await mkdir(confDir, { recursive: true });
  for (const [index, network] of networks(join(folder, 'ipam')).entries())
    await writeFile(join(confDir, `${index}-${network.name}.conflist`), JSON.stringify(network));
  return confDir;
}

function networks(dataDir) {
  const ipam = (subnet, more) => ({ type: 'host-local', dataDir, ranges: [[{ subnet }]], ...more });
  const plugins = [
    { type: 'bridge', bridge: 'cri0', isGateway: true, ipMasq: true, hairpinMode: true },
    { type: 'portmap', capabilities: { portMappings: true } },
    { type: 'firewall' },
  ];
  plugins[0].ipam = ipam('10.98.0.0/16', { routes: [{ dst: '0.0.0.0/0' }] });
  const side = [{ type: 'bridge', bridge: 'cri1', ipam: ipam('10.97.0.0/16') }];
  return [
    { cniVersion: '1.0.0', name: 'pods', plugins },
    { cniVersion: '1.0.0', name: 'side', plugins: side },
  ];
}
