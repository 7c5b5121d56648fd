import { compareIdentities, type NetnsLook } from '../../platform/netns/index.js';
import type { Intent } from '../journal/intent.js';
import type { OperatorContext } from '../verbs/context.js';
import { lookAt } from './netns-of.js';

/** Where an attachment was made, by its record or intent. */
export interface MadeIn {
  readonly netns: string;
  readonly netnsIdentity?: string | undefined;
}

/** A path, and what is there. */
export interface SeenPath {
  readonly netns: string;
  readonly look: NetnsLook;
}

/** Whether an attachment was made in the namespace that is there, as far as that can be told; by the path where it cannot. */
export async function isInNetns(
  context: OperatorContext,
  { netns, netnsIdentity }: MadeIn,
  here: SeenPath,
): Promise<boolean> {
  const { look } = here;
  if (look.state !== 'there') return netns === here.netns;
  const verdict = compareIdentities(netnsIdentity, look.identity);
  if (verdict !== 'unknown') return verdict === 'same';
  if (netns === here.netns) return true;
  const other = await lookAt(context, { path: netns });
  return other.state === 'there' && other.place === look.place;
}

/** What is being made in the namespace, or was when its process ended. One that cannot be read is met by whoever needs it. */
export async function begunIn(context: OperatorContext, here: SeenPath): Promise<Intent[]> {
  if (here.netns === '') return [];
  const begun: Intent[] = [];
  for (const { key, intent } of await context.journal.list())
    if (key && intent && (await isInNetns(context, intent, here))) begun.push(intent);
  return begun;
}
