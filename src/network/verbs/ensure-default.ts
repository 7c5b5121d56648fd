import type { NetworksContext } from '../context.js';
import { create } from './create.js';

/** Makes the predefined default network where it is what a caller means and nobody has used it yet. */
export async function ensureDefault(context: NetworksContext, reference: string): Promise<void> {
  if (reference !== context.defaultNetwork) return;
  if ((await context.catalogue.find(reference)) === undefined)
    await create(context, { name: reference, ignoreExists: true }, {});
}
