import type { AttachmentInfo, CNIOperator } from '../../operator/index.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import type { ContainerRule } from './container-rule.js';
import { type Finding, findingsOf } from './finding.js';
import { nftRules } from './nft-rules.js';

const { note, wrong } = findingsOf('leftovers');

/** The comment that plugins give rules of iptables: it names network and container. */
const COMMENT = /name: \\?"([\w.-]+)\\?" id: \\?"([\w.-]+)\\?"/;

/** Rules of plugins for containers without a record. */
export async function rulesOfNobody(
  operator: CNIOperator,
  attachments: readonly AttachmentInfo[],
): Promise<Finding[]> {
  const names = operator.snapshot().networks.map(({ name }) => name);
  const found = await Promise.all([iptablesRules('iptables'), iptablesRules('ip6tables'), nftRules()]);
  const gone = found.flat().filter((rule) => !attachments.some((one) => rule.isOf(one)));
  return groupsOf(gone).map((rules) => describe(rules, names));
}

function groupsOf(rules: readonly ContainerRule[]): [ContainerRule, ...ContainerRule[]][] {
  const groups = new Map<string, [ContainerRule, ...ContainerRule[]]>();
  for (const rule of rules) {
    const key = [rule.tool, rule.network, rule.id].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}

/** The leftovers of one container. For networks that are not configured here, another program may have the records. */
function describe(
  [rule, ...more]: readonly [ContainerRule, ...ContainerRule[]],
  names: readonly string[],
): Finding {
  const { tool, id, network } = rule;
  const tell = network !== undefined && names.includes(network) ? wrong : note;
  const where = network === undefined ? '' : ` for network ${network}`;
  const cures = new Set([rule, ...more].map(({ cure }) => cure));
  return tell(
    `${tool} rules of ${id}`,
    `there are ${more.length + 1}${where}, but no such container is attached`,
    [...cures].join('; '),
  );
}

async function iptablesRules(tool: 'iptables' | 'ip6tables'): Promise<ContainerRule[]> {
  const outcome = await runSystemProgram(`${tool}-save`, []).catch(() => undefined);
  const found: ContainerRule[] = [];
  let table = '';
  for (const line of (outcome?.stdout ?? '').split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const [, network, id] = COMMENT.exec(line) ?? [];
    if (network === undefined || id === undefined) continue;
    const isOf = (one: AttachmentInfo) => one.id === id && one.network === network;
    found.push({ tool, network, id, isOf, cure: `${tool} -t ${table} ${line.replace(/^-A/, '-D')}` });
  }
  return found;
}
