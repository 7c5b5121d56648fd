import type { NetworksContext } from '../context.js';
import { livingOf } from '../members/living.js';
import type { NetworkSummary } from '../network.js';
import { type ParsedFilters, parseFilters } from '../requests/filters.js';

/** The selected networks of the configuration folder, in the order of their names. */
export async function list(context: NetworksContext, filters: unknown): Promise<NetworkSummary[]> {
  return await matching(context, parseFilters('list', filters));
}

/** The networks that match filters. */
export async function matching(
  { catalogue, operator }: NetworksContext,
  { matches, needsUsers }: ParsedFilters,
): Promise<NetworkSummary[]> {
  const { entries } = await catalogue.read();
  const users = needsUsers ? await livingOf(await operator.list()) : [];
  const used = new Set(users.map(({ network }) => network));
  return [...entries.values()]
    .map(({ summary }) => summary)
    .filter((summary) => matches(summary, used.has(summary.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
