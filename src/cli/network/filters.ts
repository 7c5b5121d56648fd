import type { NetworkFilters } from '../../network/index.js';
import { splitPair } from './pairs.js';

/** Parses `key=value` filters; several values of a key are alternatives. */
export function filtersOf(texts: readonly string[] = []): NetworkFilters {
  const filters: Record<string, string[] | string | boolean> = {};
  for (const text of texts) {
    const [key, value] = splitPair('--filter', text);
    const known = filters[key];
    if (key === 'dangling') filters[key] = value === 'true' || value === '1';
    else if (key === 'until') filters[key] = value;
    else filters[key] = [...(Array.isArray(known) ? known : []), value];
  }
  return filters;
}
