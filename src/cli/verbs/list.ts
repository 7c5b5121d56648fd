import { ConfStore } from '../../operator/conf-store/index.js';
import { warn } from '../failure.js';
import { type PlaceOptions, placesOf } from '../options/places.js';
import { show } from '../output/table.js';

/** The networks of the configuration folder, and what is wrong with it. */
export async function list(options: PlaceOptions & { readonly json?: boolean }): Promise<void> {
  await using store = await ConfStore.create(placesOf(options));
  const { networks, defaultNetwork, problems } = store.snapshot();
  const found = networks.map(({ name, file, list: { cniVersion, plugins } }) => ({
    name,
    cniVersion,
    plugins: plugins.map(({ network }) => network.type),
    file,
    isDefault: name === defaultNetwork?.name,
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
      nothing: `there are no networks in ${placesOf(options).confDir}`,
    },
  );
}
