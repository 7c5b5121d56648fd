import { LibcniAggregateError } from '../../errors/index.js';
import { type ReapedHook, reapHooks } from '../../hook/index.js';
import { CNIOperator } from '../../operator/index.js';
import { inCommandWords } from '../command-words.js';
import { operatorOptions, stateDir } from '../options/places.js';
import { show } from '../output/table.js';
import type { HookReapOptions } from './options.js';

/** Removes leftovers of hooks, and prints the outcome for each container. */
export async function reap(options: HookReapOptions): Promise<void> {
  await using operator = await CNIOperator.create(operatorOptions(options));
  const report = await reapHooks({
    operator,
    stateDir: stateDir(options),
    pinDir: options.pinDir,
    dryRun: options.dryRun,
    timeoutMs: options.timeout,
  });
  await show(options.json, report.map(forJson), {
    columns: ['CONTAINER', 'OUTCOME'],
    rows: report.map(({ id, outcome }) => [id, outcome]),
    nothing: 'there are no leftovers of hooks',
  });
  const errors = report.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (errors.length > 0) throw new LibcniAggregateError(errors, 'some containers could not be detached');
}

function forJson({ id, outcome, error }: ReapedHook): object {
  return { id, outcome, ...(error !== undefined && { error: inCommandWords(error.message) }) };
}
