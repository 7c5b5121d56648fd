import { LibcniAggregateError } from '../../errors/index.js';
import type { RemoveOutcome } from '../../network/index.js';
import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import { filtersOf } from './filters.js';
import type { NetworkCommandOptions } from './options.js';
import { withNetworks } from './with-networks.js';

/** Removes networks. */
export async function rm(names: readonly string[], options: NetworkCommandOptions): Promise<void> {
  const outcomes = await withNetworks(options, (networks) =>
    withProgress('removing', networks.remove(names, { ...limitsOf(options), force: options.force })),
  );
  tell(outcomes, options);
}

/** Removes unused networks. */
export async function prune(options: NetworkCommandOptions): Promise<void> {
  const outcomes = await withNetworks(options, (networks) =>
    withProgress('removing', networks.prune(filtersOf(options.filter), limitsOf(options))),
  );
  tell(outcomes, options);
}

function tell(outcomes: readonly RemoveOutcome[], { json }: NetworkCommandOptions): void {
  const removed = outcomes.filter(({ error }) => error === undefined).map(({ network }) => network);
  if (json) printJson({ removed });
  else for (const name of removed) printLine(name);
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  const [only] = errors;
  if (only === undefined) return;
  throw errors.length === 1 ? only : new LibcniAggregateError(errors, 'some networks could not be removed');
}
