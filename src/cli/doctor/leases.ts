import { readdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { AttachmentInfo, CNIOperator } from '../../operator/index.js';
import { type Finding, findingsOf } from './finding.js';

const { wrong } = findingsOf('leftovers');

const DEFAULT_FOLDER = '/var/lib/cni/networks';

/** Addresses that host-local keeps for containers without a record. */
export async function leasesOfNobody(
  operator: CNIOperator,
  attachments: readonly AttachmentInfo[],
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [network, folder] of leaseFolders(operator))
    for (const { file, container } of await leasesIn(join(folder, network)))
      if (!attachments.some(({ id }) => id === container))
        found.push(
          wrong(file, `keeps an address for ${container}, which is not attached`, `delete it: rm ${file}`),
        );
  return found;
}

/** Only the networks of this folder: leases of others are theirs. */
function leaseFolders(operator: CNIOperator): [network: string, folder: string][] {
  return operator.snapshot().networks.flatMap(({ name, list }) =>
    list.plugins.flatMap(({ network: { ipam } }): [string, string][] => {
      if (typeof ipam !== 'object' || ipam === null || Reflect.get(ipam, 'type') !== 'host-local') return [];
      const dataDir: unknown = Reflect.get(ipam, 'dataDir');
      return [[name, typeof dataDir === 'string' && dataDir !== '' ? dataDir : DEFAULT_FOLDER]];
    }),
  );
}

/** A lease is a file named after its address that holds the container and the interface. */
async function leasesIn(folder: string): Promise<{ file: string; container: string }[]> {
  const names = await readdir(folder).catch(() => []);
  const leases = names
    .filter((name) => isIP(name) > 0)
    .map(async (name) => {
      const file = join(folder, name);
      const [container = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(/\s/);
      return { file, container };
    });
  return (await Promise.all(leases)).filter(({ container }) => container !== '');
}
