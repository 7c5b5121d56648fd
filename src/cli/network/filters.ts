import type { NetworkFilters } from '../../network/index.js';
import { UsageError } from '../usage-error.js';
import { splitPair } from './pairs.js';

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * Parses `key=value` filters; several values of a key are alternatives.
 *
 * @throws UsageError
 */
export function filtersOf(texts: readonly string[] = []): NetworkFilters {
  const filters: Record<string, string[] | string | boolean> = {};
  for (const text of texts) {
    const [key, value] = splitPair('--filter', text);
    const known = filters[key];
    if (key === 'dangling') filters[key] = truthOf(value);
    else if (key === 'until') filters[key] = onlyOne(value, known);
    else filters[key] = [...(Array.isArray(known) ? known : []), value];
  }
  return filters;
}

function truthOf(text: string): boolean {
  const truth = TRUTHS.get(text);
  if (truth !== undefined) return truth;
  throw new UsageError(`--filter dangling must be true or false, not ${JSON.stringify(text)}`);
}

function onlyOne(value: string, known: unknown): string {
  if (known === undefined) return value;
  throw new UsageError('--filter until must be given once');
}
