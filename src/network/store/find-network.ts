import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import type { NetworksContext } from '../context.js';
import type { CatalogueEntry, CatalogueState } from './catalogue.js';
import { networkFileName } from './read-network.js';

/** The digits of an id; fewer are the beginning of one. */
const ID = /^[0-9a-f]{1,64}$/;

/**
 * The network with a name, an id, or the unique beginning of an id.
 *
 * @throws LibcniError `ERR_NOT_FOUND` that lists the networks, `ERR_CONFLICT` if several ids match, `ERR_CONF_INVALID` if the
 * file of that network is broken
 */
export async function findNetwork(context: NetworksContext, reference: string): Promise<CatalogueEntry> {
  const known = await context.catalogue.find(reference);
  if (known !== undefined) return known;
  const state = await context.catalogue.read();
  const found = state.entries.get(reference) ?? byId(state, reference);
  if (found !== undefined) return found;
  refuseBroken(context, state, reference);
  const names = [...state.entries.keys()].sort().slice(0, 20).join(', ') || 'none';
  const summary = `there is no network ${reference} (there are: ${names})`;
  throw new LibcniError('ERR_NOT_FOUND', summary, { value: reference, network: reference });
}

function byId({ entries }: CatalogueState, reference: string): CatalogueEntry | undefined {
  if (!ID.test(reference)) return undefined;
  const found = [...entries.values()].filter(({ summary }) => summary.id.startsWith(reference));
  if (found.length <= 1) return found[0];
  const names = found.map(({ summary }) => `${summary.name} (${summary.id.slice(0, 12)})`).join(', ');
  throw new LibcniError('ERR_CONFLICT', `several ids begin with ${reference}: ${names}`, {
    value: reference,
  });
}

function refuseBroken({ confDir }: NetworksContext, { problems }: CatalogueState, name: string): void {
  const file = join(confDir, networkFileName(name));
  const problem = problems.find((one) => one.file === file);
  if (problem === undefined || !existsSync(file)) return;
  const summary = `network ${name} cannot be used: ${problem.reason}; repair the file, or remove the network with force`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { file, network: name });
}
