import type { HelperClient } from '../../platform/helper/index.js';
import { compareIdentities, lookAtNetns, type NetnsLook } from '../../platform/netns/index.js';

/** Where an attachment was made, from its record or intent. */
interface MadeIn {
  readonly netns: string;
  readonly netnsIdentity?: string | undefined;
}

/** A path, and what is there. */
export interface SeenPath {
  readonly netns: string;
  readonly look: NetnsLook;
}

/** Whether an attachment was made in the current namespace; if that is unknown, whether the paths are equal. */
export async function isInNetns(
  { netns, netnsIdentity }: MadeIn,
  here: SeenPath,
  helper: HelperClient,
): Promise<boolean> {
  const { look } = here;
  if (look.state !== 'there') return netns === here.netns;
  const verdict = compareIdentities(netnsIdentity, look.identity);
  if (verdict !== 'unknown') return verdict === 'same';
  if (netns === here.netns) return true;
  const other = await lookAtNetns(helper, { path: netns });
  return other.state === 'there' && other.place === look.place;
}
