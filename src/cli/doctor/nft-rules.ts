import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import type { ContainerRule } from './container-rule.js';

const ruleSchema = lazy(() =>
  z.looseObject({
    family: z.string(),
    table: z.string(),
    chain: z.string(),
    handle: z.number(),
    comment: z.string().optional(),
  }),
);
const rulesetSchema = lazy(() =>
  z.object({ nftables: z.array(z.looseObject({ rule: ruleSchema().optional() })) }),
);

type NftRule = z.infer<ReturnType<typeof ruleSchema>>;

/** Rules that plugins of the CNI project write directly to nftables, without iptables. */
export async function nftRules(): Promise<ContainerRule[]> {
  const outcome = await runSystemProgram('nft', ['-j', 'list', 'ruleset']).catch(() => undefined);
  if (outcome === undefined || outcome.exitCode !== 0) return [];
  const { nftables } = rulesetSchema().parse(JSON.parse(outcome.stdout));
  return nftables.flatMap(({ rule }) => (rule === undefined ? [] : (ruleOf(rule) ?? [])));
}

function ruleOf(rule: NftRule): ContainerRule | undefined {
  const { family, table, chain, handle, comment } = rule;
  const owner = comment === undefined ? undefined : ownerBy(table, comment);
  if (owner === undefined) return undefined;
  return { tool: 'nft', ...owner, cure: `nft delete rule ${family} ${table} ${chain} handle ${handle}` };
}

type Owner = Pick<ContainerRule, 'id' | 'network' | 'isOf'>;

/** The longest possible comment; longer ones are truncated. */
const MAX_COMMENT = 128;
const MASQUERADE = /^[0-9a-f]+-[0-9a-f]+, net: (.*), if: (.*), id: (.*)$/;
const SPOOF_CHECK = 'macspoofchk-';

/** The owner of a rule: `portmap` names the container, `bridge` and `ptp` some parts of the attachment. */
function ownerBy(table: string, comment: string): Owner | undefined {
  if (table === 'cni_hostport') return { id: comment, isOf: (one) => one.id === comment };
  if (comment.startsWith(SPOOF_CHECK)) {
    const id = comment.slice(SPOOF_CHECK.length);
    return { id, isOf: (one) => `${one.id}-${one.ifName}` === id };
  }
  const [, network, ifName, id] = MASQUERADE.exec(comment) ?? [];
  if (table !== 'cni_plugins_masquerade' || id === undefined) return undefined;
  const isId = (text: string) => text === id || (comment.length >= MAX_COMMENT && text.startsWith(id));
  return { id, network, isOf: (one) => one.network === network && one.ifName === ifName && isId(one.id) };
}
