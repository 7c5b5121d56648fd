import { asError, hasCode } from '../../errors/system-error.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import { parseFilters } from '../requests/filters.js';
import { matching } from './list.js';
import { type RemoveOutcome, remove } from './remove.js';

/** Removes the library's unused networks. A network that gets a container meanwhile stays. */
export async function prune(
  context: NetworksContext,
  filters: unknown,
  limits: NetworkLimits,
): Promise<RemoveOutcome[]> {
  const parsed = parseFilters('prune', filters);
  const found = await matching(context, parsed);
  const outcomes: RemoveOutcome[] = [];
  for (const { name, isNative } of found) {
    if (!isNative || name === context.defaultNetwork) continue;
    try {
      await remove(context, name, limits);
      outcomes.push({ network: name });
    } catch (error) {
      if (!hasCode(error, 'ERR_IN_USE', 'ERR_NOT_FOUND'))
        outcomes.push({ network: name, error: asError(error) });
    }
  }
  return outcomes;
}
