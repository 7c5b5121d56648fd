import { runSystemProgram } from '../../platform/tools/system-program.js';

/** A rule as `iptables -S` prints it, in words. */
type Rule = readonly string[];

/**
 * Removes the packet rules that plugins leave of a network that is gone. The plugin `firewall` isolates a bridge once, and
 * keeps that; the plugin `bridge` forgets masquerading where a container's namespace is gone. Chains that all networks
 * share stay.
 */
export async function removeRules(left: {
  readonly network: string;
  readonly bridge: string;
}): Promise<void> {
  for (const program of ['iptables', 'ip6tables']) {
    await removeIsolation(program, left.bridge);
    await removeMasquerading(program, left.network);
  }
}

async function removeIsolation(program: string, bridge: string): Promise<void> {
  const isOfBridge = (rule: Rule) => ['-i', '-o'].some((flag) => rule[rule.indexOf(flag) + 1] === bridge);
  for (const chain of ['CNI-ISOLATION-STAGE-1', 'CNI-ISOLATION-STAGE-2']) {
    for (const rule of await rulesOf(program, { table: 'filter', chain }))
      if (isOfBridge(rule)) await deleteRule(program, 'filter', rule);
  }
}

/** The plugin names network and container in a comment, and a chain of its own for each. */
async function removeMasquerading(program: string, network: string): Promise<void> {
  for (const rule of await rulesOf(program, { table: 'nat', chain: 'POSTROUTING' })) {
    const comment = rule[rule.indexOf('--comment') + 1] ?? '';
    const chain = rule[rule.indexOf('-j') + 1] ?? '';
    if (!comment.startsWith(`name: "${network}" id: `) || !/^CNI-[0-9a-f]+$/.test(chain)) continue;
    await deleteRule(program, 'nat', rule);
    await iptables(program, ['-t', 'nat', '-F', chain]);
    await iptables(program, ['-t', 'nat', '-X', chain]);
  }
}

async function rulesOf(program: string, { table, chain }: { table: string; chain: string }): Promise<Rule[]> {
  const text = await iptables(program, ['-t', table, '-S', chain]);
  return text
    .split('\n')
    .filter((line) => line.startsWith('-A '))
    .map(words);
}

async function deleteRule(program: string, table: string, [, ...rule]: Rule): Promise<void> {
  await iptables(program, ['-t', table, '-D', ...rule]);
}

/** Where the program or the chain is missing, there are no such rules. */
async function iptables(program: string, args: readonly string[]): Promise<string> {
  const outcome = await runSystemProgram(program, ['-w', ...args]).catch(() => undefined);
  return outcome?.exitCode === 0 ? outcome.stdout : '';
}

/** A word is bare, or in quotes that have a backslash before quotes of their own. */
const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g;

function words(line: string): string[] {
  return [...line.matchAll(WORD)].map(([word, quoted]) => quoted?.replace(/\\(.)/g, '$1') ?? word);
}
