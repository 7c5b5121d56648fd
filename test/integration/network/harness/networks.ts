import { Networks, type NetworksOptions } from '../../../../src/index.js';
import type { Lab } from '../../harness/lab.js';
import { createOperator } from '../../operator/harness/operators.js';

/** Networks on the real plugins, in a configuration folder of the lab. */
export async function openNetworks(lab: Lab, options: Partial<NetworksOptions> = {}): Promise<Networks> {
  const operator = options.operator ?? (await createOperator(lab));
  return await Networks.open({ operator, ...options });
}
