import { z } from 'zod';
import { run } from './run.js';

const objectSchema = z.looseObject({
  family: z.string(),
  table: z.string().optional(),
  name: z.string().optional(),
});
const rulesetSchema = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });

/** Tables that iptables keeps in nftables; `showPacketRules` reads them. */
const iptablesTables = ['filter', 'nat', 'mangle', 'raw', 'security'];

/** Everything in nftables that does not belong to iptables, as one line of JSON each. */
export async function showNftObjects(): Promise<string[]> {
  const ruleset = rulesetSchema.parse(JSON.parse(await run('nft', '-j', 'list', 'ruleset')));
  return ruleset.nftables.filter(isForeign).map((entry) => JSON.stringify(entry));
}

function isForeign(entry: Record<string, unknown>): boolean {
  const [[kind, value] = ['', undefined]] = Object.entries(entry);
  if (kind === 'metainfo') return false;
  const object = objectSchema.parse(value);
  return !iptablesTables.includes((kind === 'table' ? object.name : object.table) ?? '');
}
