import { LibcniError } from '../../errors/libcni-error.js';
import { validateNetworkName } from '../../libcni/names.js';
import type { ConfListFilters, ConfListItem } from './conf.js';

/** Whether iSulad's filters select a network. */
export function matchesFilters({ name, plugins }: ConfListItem, filters: ConfListFilters): boolean {
  const byName = filters.name?.some((wanted) => matches(wanted, name)) ?? true;
  const byPlugin =
    filters.plugin?.some((wanted) => plugins.some((plugin) => matches(wanted, plugin))) ?? true;
  return byName && byPlugin;
}

/** @throws LibcniError `ERR_CONF_INVALID` if the filter for names has a value that cannot be a name */
export function requireNames({ name }: ConfListFilters): void {
  for (const wanted of name ?? []) requireName(wanted);
}

function requireName(wanted: string): void {
  try {
    validateNetworkName(wanted);
  } catch (cause) {
    const details = { jsonPath: '$.name', value: wanted, cause };
    throw new LibcniError(
      'ERR_CONF_INVALID',
      `confList: invalid filter 'name': ${wanted} is not a network name`,
      details,
    );
  }
}

function matches(wanted: string, value: string): boolean {
  if (wanted === value) return true;
  try {
    return new RegExp(wanted).test(value);
  } catch {
    return false;
  }
}
