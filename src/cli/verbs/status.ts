import type { NetworkReadiness, OperatorStatus } from '../../operator/index.js';
import { withOperator } from '../attachments/with-operator.js';
import { exitCode } from '../exit-code.js';
import { warn } from '../failure.js';
import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine, show } from '../output/table.js';
import type { VerbCommandOptions } from './options.js';
import { prepareNetwork } from './prepare.js';

/** STATUS of a network, or of all of them. */
export async function status(network: string | undefined, options: VerbCommandOptions): Promise<void> {
  if (network === undefined) return await statusOfAll(options);
  const { cni, list } = await prepareNetwork(network, options);
  const limits = limitsOf(options);
  const ask = async () => {
    // Before 1.1.0 there is no STATUS, so this is all that can be known.
    await cni.validateNetworkList(list, limits);
    await cni.getStatusNetworkList(list, limits);
  };
  await withProgress(`asking ${network}`, ask());
  if (options.json) printJson({ network, ready: true });
  else printLine(`${network} is ready`);
}

async function statusOfAll(options: VerbCommandOptions): Promise<void> {
  const status = await withOperator(options, (operator) =>
    withProgress('asking the networks', operator.status(limitsOf(options))),
  );
  if (!options.json) warnOfAll(status);
  await show(options.json, status, {
    columns: ['NETWORK', 'READY', 'WHY NOT'],
    rows: status.networks.map(rowOf),
    nothing: 'there are no networks',
  });
  if (!status.ready || status.networks.some(({ ready }) => !ready)) process.exitCode = exitCode.wrong;
}

/** Without networks, or with a default network that is missing, no row says why. */
function warnOfAll({ reason, networks, problems }: OperatorStatus): void {
  for (const { file, reason: why, hint } of problems)
    warn(`${file}: ${why}${hint === undefined ? '' : ` (${hint})`}`);
  const isSaid = [...networks, ...problems].some((one) => one.reason && reason?.includes(one.reason));
  if (reason !== undefined && !isSaid) warn(`not ready: ${reason}`);
}

function rowOf({ name, ready, reason = '' }: NetworkReadiness): string[] {
  return [name, ready ? 'yes' : 'no', reason];
}
