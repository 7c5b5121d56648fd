import type { Verb } from '../../errors/index.js';
import type { PlannedRun } from '../../libcni/index.js';
import { printJson } from '../output/json.js';
import { printLine } from '../output/table.js';
import { UsageError } from '../usage-error.js';
import type { VerbCommandOptions } from './options.js';
import { attachmentOf, prepareNetwork } from './prepare.js';

const verbs: Readonly<Record<string, Verb>> = {
  add: 'ADD',
  check: 'CHECK',
  del: 'DEL',
  gc: 'GC',
  status: 'STATUS',
  version: 'VERSION',
};

/** The arguments of a plan. */
export interface PlanTarget {
  readonly verb: string;
  readonly network: string;
  readonly netns: string | undefined;
}

/** Shows what each plugin would get. Runs nothing. */
export async function plan(
  { verb: word, network, netns }: PlanTarget,
  options: VerbCommandOptions,
): Promise<void> {
  const verb = verbs[word.toLowerCase()] ?? 'ADD';
  if (netns === undefined && ['ADD', 'CHECK', 'DEL'].includes(verb))
    throw new UsageError(`${word} needs a namespace: libcni plan ${word} ${network} NETNS`);
  const { cni, list } = await prepareNetwork(network, options);
  const runs = await cni.plan(verb, list, netns === undefined ? undefined : attachmentOf(netns, options));
  if (options.json) printJson(runs.map((run) => ({ ...run, stdin: JSON.parse(run.stdin) })));
  else printLine(runs.map(asText).join('\n\n') || `${word} runs no plugin of ${network}`);
}

function asText({ verb, plugin, path, env, stdin, awaitsPrevResult }: PlannedRun): string {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('CNI_') ? [`  ${name}=${value}`] : [],
  );
  const input = JSON.stringify(JSON.parse(stdin), undefined, 2).replaceAll('\n', '\n  ');
  const more = awaitsPrevResult ? ['  (and the result of the plugin before it, as prevResult)'] : [];
  return [`${verb} ${plugin}: ${path}`, ...variables, `  ${input}`, ...more].join('\n');
}
