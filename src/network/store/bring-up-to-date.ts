import type { NetworksContext } from '../context.js';
import type { CatalogueEntry } from './catalogue.js';

/** Makes the operator read the current file of a network: it may know none of this name, or an old one. */
export async function bringUpToDate(
  { operator }: Pick<NetworksContext, 'operator'>,
  { loaded }: CatalogueEntry,
): Promise<void> {
  const known = operator.snapshot().networks.find(({ name }) => name === loaded.name);
  if (known?.list.bytes !== loaded.list.bytes) await operator.reload();
}
