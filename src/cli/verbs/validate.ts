import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { VerbCommandOptions } from './options.js';
import { prepareNetwork } from './prepare.js';

/** Checks that the plugins of a network are installed and support its version. Prints the capabilities that they declare. */
export async function validate(network: string, options: VerbCommandOptions): Promise<void> {
  const { cni, list } = await prepareNetwork(network, options);
  const validating = cni.validateNetworkList(list, limitsOf(options));
  const capabilities = await withProgress(`validating ${network}`, validating);
  const { cniVersion } = list;
  if (options.json) return printJson({ network, cniVersion, capabilities });
  const can = capabilities.length === 0 ? 'no capabilities' : capabilities.join(', ');
  printLine(`${network} is valid: version ${cniVersion || '0.1.0'}, ${can}`);
}
