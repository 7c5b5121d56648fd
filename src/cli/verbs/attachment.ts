import { PluginError } from '../../errors/index.js';
import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { VerbCommandOptions } from './options.js';
import { attachmentOf, prepareNetwork, recordedOf } from './prepare.js';

/** ADD. Prints the result, as in cnitool. */
export async function add(network: string, netns: string, options: VerbCommandOptions): Promise<void> {
  const { cni, list } = await prepareNetwork(network, options);
  const adding = cni.addNetworkList(list, attachmentOf(netns, options), limitsOf(options));
  const result = await withProgress(`adding ${network}`, adding);
  if (options.json) printJson(result);
  else printLine(JSON.stringify(result, undefined, 4));
}

/** CHECK. */
export async function check(network: string, netns: string, options: VerbCommandOptions): Promise<void> {
  const { cni, list } = await prepareNetwork(network, options);
  const rt = await recordedOf({ cni, list }, attachmentOf(netns, options), options);
  const limits = limitsOf(options);
  const checking = cni.checkNetworkList(list, rt, limits).catch(async (error: unknown) => {
    const { whyUnreliable } = await import('../../operator/verbs/unreliable-check.js');
    const hint = await whyUnreliable(cni, { list, rt, error }, limits);
    throw error instanceof PluginError ? error.with({ hint }) : error;
  });
  await withProgress(`checking ${network}`, checking);
  const { containerId, ifName } = rt;
  if (options.json) printJson({ network, containerId, ifName, ok: true });
  else printLine(`${ifName} on ${network} is as ADD left it`);
}

/** DEL. */
export async function del(network: string, netns: string, options: VerbCommandOptions): Promise<void> {
  const { cni, list } = await prepareNetwork(network, options);
  const rt = await recordedOf({ cni, list }, attachmentOf(netns, options), options);
  await withProgress(`deleting ${network}`, cni.delNetworkList(list, rt, limitsOf(options)));
  const { containerId, ifName } = rt;
  if (options.json) printJson({ network, containerId, ifName, deleted: true });
  else printLine(`${ifName} on ${network} is deleted`);
}
