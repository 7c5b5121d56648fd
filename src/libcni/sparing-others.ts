import { type AttachmentNames, type Leaving, otherOwnerOfInterface } from './cache/interface-owner.js';
import type { CniContext } from './context.js';
import type { RuntimeConf } from './runtime-conf.js';

/** An attachment that is to be taken down without having been asked for by its names. */
interface Unwanted {
  readonly network: string;
  readonly rt: RuntimeConf;
  /** Attachments that are being made in the same place, or were when their process ended. @default none */
  readonly begun?: readonly AttachmentNames[] | undefined;
  /** What is known of an ADD that never came to a record. @default nothing */
  readonly cutShort?: Pick<Leaving, 'begunMs' | 'hasResult'> | undefined;
}

/**
 * The attachment as DEL is to get it: without its namespace where the interface in there is that of another attachment,
 * by the records, so that plugins give back addresses and rules and leave the interface alone. A warning says so.
 *
 * @throws LibcniError `ERR_CACHE` where the records cannot be read
 */
export async function sparingOthers(
  { cacheDir, warn }: Pick<CniContext, 'cacheDir' | 'warn'>,
  { network, rt, begun, cutShort }: Unwanted,
): Promise<RuntimeConf> {
  const { containerId, ifName, netns } = rt;
  const place = { cacheDir: cacheDir || rt.cacheDir, netns, ifName, begun };
  const owner = await otherOwnerOfInterface(place, { network, containerId, ifName, ...cutShort });
  if (owner === undefined) return rt;
  const whose = `container ${owner.containerId} on network ${owner.network}`;
  const message = `attachment of container ${containerId} to network ${network}: interface ${ifName} in ${netns} was left alone, since it is that of ${whose}`;
  warn({ code: 'INTERFACE_OF_ANOTHER', message, network, containerId, ifName, file: netns });
  return { ...rt, netns: '' };
}
