import { runSystemProgram } from '../../platform/tools/system-program.js';

/** A rule as printed by `iptables-save`, split into words: `-A`, its chain, and the rest. */
interface Rule {
  readonly table: string;
  readonly chain: string;
  readonly rest: readonly string[];
}

/**
 * Removes packet rules that plugins leave after a network is removed. The plugin `firewall` never removes the isolation
 * of a bridge; `bridge` leaves masquerading rules if a container's namespace is gone; `dnsname` keeps its name server
 * reachable. Chains shared by all networks stay.
 */
export async function removeRules(left: {
  readonly network: string;
  readonly bridge: string;
}): Promise<void> {
  for (const program of ['iptables', 'ip6tables']) {
    const text = await output(`${program}-save`, []);
    for (const rule of rulesIn(text)) {
      if (isIsolation(rule, left.bridge) || isNameServing(rule, left.bridge)) await remove(program, rule);
      else if (isMasquerading(rule, left.network)) await removeWithChain(program, rule);
    }
  }
}

function isIsolation({ chain, rest }: Rule, bridge: string): boolean {
  return (
    /^CNI-ISOLATION-STAGE-[12]$/.test(chain) && (after(rest, '-i') === bridge || after(rest, '-o') === bridge)
  );
}

function isNameServing({ chain, rest }: Rule, bridge: string): boolean {
  const accepts = after(rest, '--dport') === '53' && after(rest, '-j') === 'ACCEPT';
  return chain === 'INPUT' && after(rest, '-i') === bridge && accepts;
}

/** The plugin writes network and container into a comment, and makes a chain for each. */
function isMasquerading({ table, chain, rest }: Rule, network: string): boolean {
  const isOwn = table === 'nat' && chain === 'POSTROUTING' && /^CNI-[0-9a-f]+$/.test(after(rest, '-j'));
  return isOwn && after(rest, '--comment').startsWith(`name: "${network}" id: `);
}

function after(words: readonly string[], flag: string): string {
  const index = words.indexOf(flag);
  return index < 0 ? '' : (words[index + 1] ?? '');
}

async function removeWithChain(program: string, rule: Rule): Promise<void> {
  await remove(program, rule);
  for (const action of ['-F', '-X'])
    await output(program, ['-w', '-t', rule.table, action, after(rule.rest, '-j')]);
}

async function remove(program: string, { table, chain, rest }: Rule): Promise<void> {
  await output(program, ['-w', '-t', table, '-D', chain, ...rest]);
}

/** If the program or the rule is missing, nothing is left. */
async function output(program: string, args: readonly string[]): Promise<string> {
  const outcome = await runSystemProgram(program, args).catch(() => undefined);
  return outcome?.exitCode === 0 ? outcome.stdout : '';
}

function rulesIn(text: string): Rule[] {
  let table = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const [add, chain, ...rest] = words(line);
    return add === '-A' && chain !== undefined ? [{ table, chain, rest }] : [];
  });
}

/** A word is bare, or quoted with escaped quotes inside. */
const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g;

function words(line: string): string[] {
  return [...line.matchAll(WORD)].map(([word, quoted]) => quoted?.replace(/\\(.)/g, '$1') ?? word);
}
