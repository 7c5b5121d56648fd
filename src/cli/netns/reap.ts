import { LibcniAggregateError } from '../../errors/index.js';
import { reapNetns } from '../../netns/index.js';
import { endSignal } from '../options/limits.js';
import { withProgress } from '../output/progress.js';
import { show } from '../output/table.js';
import { UsageError } from '../usage-error.js';
import { inNetns, recordedAttachments } from './attached-in.js';
import type { NetnsCommandOptions } from './options.js';

/** Removes namespaces without processes and attachments. */
export async function reap({
  prefix,
  dir,
  dryRun,
  json,
  ...places
}: NetnsCommandOptions & { readonly prefix: string }): Promise<void> {
  if (prefix === '') throw new UsageError('--prefix must not be empty: that would mean every namespace');
  // A container may have no process yet; without its namespace, plugins no longer find its rules.
  const attachments = await recordedAttachments(places);
  const inUse = ({ path }: { path: string }) => inNetns(attachments, path).length > 0;
  const reaping = reapNetns({ prefix, dir, dryRun, inUse, signal: endSignal() });
  const reaped = (await withProgress('looking for unused namespaces', reaping)).map(
    ({ entry: { name, path }, ...became }) => ({ name, path, ...became }),
  );
  await show(json, reaped, {
    columns: ['NAME', 'OUTCOME', 'WHY'],
    rows: reaped.map(({ name, outcome, reason, error }) => [name, outcome, reason ?? error?.message ?? '']),
    nothing: `there are no namespaces that begin with ${prefix}`,
  });
  const errors = reaped.flatMap(({ error }) => error ?? []);
  if (errors.length > 0) throw new LibcniAggregateError(errors, 'some namespaces could not be removed');
}
