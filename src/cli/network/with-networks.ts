import { Networks } from '../../network/index.js';
import { withOperator } from '../attachments/with-operator.js';
import { warn } from '../failure.js';
import type { PlaceOptions } from '../options/places.js';

/** Uses the networks of the configuration folder in the options. */
export async function withNetworks<Value>(
  options: PlaceOptions,
  use: (networks: Networks) => Promise<Value>,
): Promise<Value> {
  return await withOperator(options, async (operator) => {
    const { defaultNetwork } = options;
    const networks = await Networks.open({
      operator,
      ...(defaultNetwork !== undefined && { defaultNetwork }),
    });
    return await use(networks);
  });
}

/** Warns of problems of files in the folder. */
export async function warnOfProblems(networks: Networks): Promise<void> {
  for (const { file, reason, hint } of await networks.problems())
    warn(`${file}: ${reason}${hint === undefined ? '' : ` (${hint})`}`);
}
