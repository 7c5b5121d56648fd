import type { NetworksContext } from '../context.js';
import type { CatalogueEntry } from './catalogue.js';

/** Has the operator know a network as it is in the folder now: it may have read none of this name, or one that is gone. */
export async function bringUpToDate(
  { operator }: Pick<NetworksContext, 'operator'>,
  { loaded }: CatalogueEntry,
): Promise<void> {
  const known = operator.snapshot().networks.find(({ name }) => name === loaded.name);
  if (known?.list.bytes !== loaded.list.bytes) await operator.reload();
}
