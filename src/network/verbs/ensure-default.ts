import type { NetworksContext } from '../context.js';
import { create } from './create.js';

/** Creates the predefined default network if a caller refers to it and it does not exist yet. */
export async function ensureDefault(context: NetworksContext, reference: string): Promise<void> {
  if (reference !== context.defaultNetwork) return;
  if ((await context.catalogue.find(reference)) === undefined)
    await create(context, { name: reference, ignoreExists: true }, {});
}
