import { filesUnder } from './files.js';
import { showLinks } from './links.js';
import { mountPoints } from './mounts.js';
import { showNftObjects } from './nft-objects.js';
import { containerRules } from './packet-rules.js';
import { programDirs } from './plugin-dirs.js';
import { processesFrom } from './processes.js';
import { showQdiscs } from './qdiscs.js';

/** Everything that networking leaves on a machine, one line each. */
export type Inventory = readonly string[];

/** Folders that plugins write to without being configured to. */
const systemFolders = ['/run/netns', '/run/cni', '/var/lib/cni'];

/** The current inventory: interfaces, rules, queueing disciplines, mounts, namespaces, files, plugin processes. */
export async function takeInventory(): Promise<Inventory> {
  const things = await Promise.all([
    label(
      'interface',
      showLinks().then((links) => links.map(({ ifname }) => ifname)),
    ),
    label('rule', containerRules()),
    label('nft', showNftObjects()),
    label(
      'qdisc',
      showQdiscs().then((qdiscs) => qdiscs.map(({ dev, kind }) => `${kind} of ${dev}`)),
    ),
    label('mount', mountPoints()),
    label('process', processesFrom(programDirs)),
    ...systemFolders.map((folder) => label('file', filesUnder(folder))),
  ]);
  return things.flat();
}

/** The lines of `after` that are not in `before`. A line that was there once, and is there twice now, counts once. */
export function addedThings(before: Inventory, after: Inventory): string[] {
  const known = [...before];
  return after.filter((thing) => {
    const place = known.indexOf(thing);
    if (place >= 0) known.splice(place, 1);
    return place < 0;
  });
}

async function label(kind: string, names: Promise<readonly string[]>): Promise<string[]> {
  return (await names).map((name) => `${kind} ${name}`);
}
