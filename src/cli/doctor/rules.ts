import type { AttachmentInfo, CNIOperator } from '../../operator/index.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import { type Finding, findingsOf } from './finding.js';

const { note, wrong } = findingsOf('leftovers');

/** The comment that plugins give their rules: it names network and container. */
const COMMENT = /name: \\?"([^"\\]+)\\?" id: \\?"([^"\\]+)\\?"/;

/** Rules of plugins for containers that no record knows. */
export async function rulesOfNobody(
  operator: CNIOperator,
  attachments: readonly AttachmentInfo[],
): Promise<Finding[]> {
  const names = operator.snapshot().networks.map(({ name }) => name);
  const found = await Promise.all(['iptables-save', 'ip6tables-save'].map(rulesOf));
  const gone = found
    .flat()
    .filter(({ network, id }) => !attachments.some((one) => one.id === id && one.network === network));
  const counts = new Map<string, (typeof gone)[number] & { count: number }>();
  for (const one of gone) {
    const key = `${one.program} ${one.network} ${one.id}`;
    counts.set(key, { ...one, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ program, network, id, count }) => {
    // Of networks that are not configured here, another program may have the records.
    const tell = names.includes(network) ? wrong : note;
    return tell(
      `${program.replace('-save', '')} rules of ${id}`,
      `${count} for network ${network}, which nothing is attached to by that name`,
      `look at them: ${program} | grep '${id}'; delete them: ${program.replace('-save', '')} -t nat -D ...`,
    );
  });
}

async function rulesOf(program: string): Promise<{ program: string; network: string; id: string }[]> {
  const outcome = await runSystemProgram(program, []).catch(() => undefined);
  return (outcome?.stdout ?? '').split('\n').flatMap((line) => {
    const [, network, id] = COMMENT.exec(line) ?? [];
    return network === undefined || id === undefined ? [] : [{ program, network, id }];
  });
}
