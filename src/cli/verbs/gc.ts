import { type GcAttachment, validateContainerId, validateInterfaceName } from '../../libcni/index.js';
import { limitsOf } from '../options/limits.js';
import { withProgress } from '../output/progress.js';
import { show } from '../output/table.js';
import { parseWords, UsageError } from '../usage-error.js';
import type { VerbCommandOptions } from './options.js';
import { prepareNetwork } from './prepare.js';

/** The options of `gc`. */
export interface GcCommandOptions extends VerbCommandOptions {
  readonly valid?: readonly string[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** GC. Prints what is removed. */
export async function gc(network: string, options: GcCommandOptions): Promise<void> {
  const { valid = [], all = false, dryRun = false } = options;
  if (valid.length === 0 && !all && !dryRun) throw new UsageError(NOTHING_VALID);
  const validAttachments = valid.map(parseValid);
  const { cni, list } = await prepareNetwork(network, options);
  const collecting = cni.gcNetworkList(list, { validAttachments }, { ...limitsOf(options), dryRun });
  const { stale } = await withProgress(`collecting garbage of ${network}`, collecting);
  const attachments = stale.map(({ containerId, ifName, netns }) => ({ containerId, ifName, netns }));
  await show(
    options.json,
    { network, dryRun, stale: attachments },
    {
      columns: ['CONTAINER', 'INTERFACE', 'NAMESPACE'],
      rows: attachments.map(({ containerId, ifName, netns }) => [containerId, ifName, netns]),
      nothing: `nothing of ${network} is left over`,
    },
  );
}

const NOTHING_VALID =
  'gc removes what --valid does not name: list what is in use with --valid, or use --all if nothing is';

function parseValid(text: string): GcAttachment {
  const [containerId = '', ifName = 'eth0', ...more] = text.split('@');
  if (containerId === '' || ifName === '' || more.length > 0)
    throw new UsageError(`--valid must be like web@eth0, not ${JSON.stringify(text)}`);
  parseWords(() => {
    validateContainerId(containerId);
    validateInterfaceName(ifName);
  });
  return { containerId, ifName };
}
