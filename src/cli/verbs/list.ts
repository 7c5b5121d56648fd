import { existsSync } from 'node:fs';
import { problemOf } from '../../operator/conf-store/conf-fault.js';
import { warn } from '../failure.js';
import { type PlaceOptions, placesOf } from '../options/places.js';
import { show } from '../output/table.js';
import { readFolder } from './read-folder.js';

/** The networks of the configuration folder, and its problems. */
export async function list(options: PlaceOptions & { readonly json?: boolean }): Promise<void> {
  const { confDir } = placesOf(options);
  const { networks, faultsNow } = await readFolder(confDir);
  if (!existsSync(confDir)) warn(`the folder ${confDir} does not exist`);
  const problems = faultsNow.map(problemOf);
  const found = networks.map(({ name, file, list: { cniVersion, plugins } }) => ({
    name,
    cniVersion,
    plugins: plugins.map(({ network }) => network.type),
    file,
    isDefault: name === networks[0]?.name,
  }));
  if (!options.json)
    for (const { file, reason, hint } of problems)
      warn(`${file}: ${reason}${hint === undefined ? '' : ` (${hint})`}`);
  await show(
    options.json,
    { networks: found, problems },
    {
      columns: ['NETWORK', 'VERSION', 'PLUGINS', 'DEFAULT', 'FILE'],
      rows: found.map(({ name, cniVersion, plugins, isDefault, file = '' }) => {
        return [name, cniVersion || '0.1.0', plugins.join(' '), isDefault ? 'yes' : '', file];
      }),
      nothing: `there are no networks in ${confDir}`,
    },
  );
}
