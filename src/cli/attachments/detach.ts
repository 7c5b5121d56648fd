import { parseNetworks } from '../../hook/setting-texts.js';
import { limitsOf } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import { parseWords } from '../usage-error.js';
import type { AttachTarget } from './attach.js';
import type { AttachmentCommandOptions } from './options.js';
import { withOperator } from './with-operator.js';

/** Detaches a container. */
export async function detach(
  { id, networks }: Omit<AttachTarget, 'netns'>,
  options: AttachmentCommandOptions,
): Promise<void> {
  const { netns, hostNetns } = options;
  const request = {
    id,
    netns: netns === undefined ? undefined : netnsPath(netns),
    networks: networks.length === 0 ? undefined : parseWords(() => parseNetworks(networks.join(','))),
    hostNetns,
  };
  await withOperator(options, (operator) =>
    withProgress(`detaching ${id}`, operator.detach(request, limitsOf(options))),
  );
  if (options.json) printJson({ id, networks: request.networks?.map(({ name }) => name), detached: true });
  else printLine(`${id} is detached${networks.length === 0 ? '' : ` from ${networks.join(' ')}`}`);
}
