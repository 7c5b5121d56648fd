import { LibcniAggregateError } from '../../errors/index.js';
import { limitsOf } from '../options/limits.js';
import { withProgress } from '../output/progress.js';
import { show } from '../output/table.js';
import type { AttachmentCommandOptions } from './options.js';
import { withOperator } from './with-operator.js';

/** Removes interrupted attachments and prints the outcome. */
export async function recover(options: AttachmentCommandOptions): Promise<void> {
  const report = await withOperator(options, (operator) =>
    withProgress('removing interrupted attachments', operator.recover(limitsOf(options))),
  );
  const { undone, busy, setAside, failed } = report;
  await show(options.json, report, {
    columns: ['OUTCOME', 'CONTAINER', 'NETWORK', 'INTERFACE', 'FILE'],
    rows: [
      ...undone.map(({ containerId, network, ifName }) => ['undone', containerId, network, ifName, '']),
      ...busy.map(({ containerId, network, ifName }) => ['busy', containerId, network, ifName, '']),
      ...setAside.map(({ file, attachment }) => {
        const { containerId = '', network = '', ifName = '' } = attachment ?? {};
        return ['set aside', containerId, network, ifName, file];
      }),
      ...failed.map(({ file }) => ['failed', '', '', '', file]),
    ],
    nothing: 'nothing was interrupted',
  });
  const errors = failed.map(({ error }) => error);
  if (errors.length > 0) throw new LibcniAggregateError(errors, 'some attachments could not be removed');
}
