import { compareIdentities, type NetnsLook, type NetnsThere } from '../platform/netns/index.js';
import { type AttachmentNames, claimantOf, type InterfaceClaim } from './cache/interface-claims.js';
import type { CniContext } from './context.js';
import type { ExecOptions } from './exec/types.js';
import type { RuntimeConf } from './runtime-conf.js';
import type { LibcniWarning } from './warning.js';

/** What is known of an ADD that never came to a record. */
export interface FailedAddTrace {
  /** The index of what had the name of its interface before its first plugin, 0 for nothing. @default not known */
  readonly interfaceIndex?: number | undefined;
  /** Whether a plugin that was given the interface has succeeded. */
  readonly hasResult: boolean;
}

/** An attachment that is to be taken down. */
export interface LeavingAttachment {
  readonly network: string;
  readonly rt: RuntimeConf;
  /** The namespace that it was made in, by its record or intent. @default not known */
  readonly netnsIdentity?: string | undefined;
  /** Absent where the attachment was made. */
  readonly failedAdd?: FailedAddTrace | undefined;
  /** Lists what is being made, or was when its process ended; called where it matters. @default none */
  readonly listBegun?: (() => Promise<readonly InterfaceClaim[]>) | undefined;
  /** The caller means the namespace, though it is that of this process or of process 1. @default false */
  readonly hostNetns?: boolean | undefined;
  /** Plugins get no path that leads nowhere, even if nobody knows of a namespace there. @default false: as in Go */
  readonly emptyIfGone?: boolean | undefined;
}

/** What taking down needs. */
export type DelContext = Pick<CniContext, 'cacheDir' | 'warn' | 'look'>;

/** A busy machine must not make a namespace that is known, and is another one, count as one of which nobody can tell. */
const KNOWN_PATIENCE_MS = 20_000;

/** Why plugins must not be given the namespace. */
type Refusal = Pick<LibcniWarning, 'code' | 'cause'> & { readonly why: string };

/**
 * The attachment as DEL is to get it: without its namespace where that is gone, another one is in its place, or the interface
 * in there is not the attachment's. Plugins then give back addresses and rules, and nothing in the namespace is touched.
 * A warning says so. Where nobody can tell, the path counts, as in Go.
 *
 * @throws LibcniError `ERR_CACHE` where records that may claim the interface cannot be read
 */
export async function rtForDel(
  context: DelContext,
  leaving: LeavingAttachment,
  limits: ExecOptions,
): Promise<RuntimeConf> {
  const { network, rt } = leaving;
  const { containerId, ifName, netns } = rt;
  if (netns === '') return rt;
  const patience = leaving.netnsIdentity === undefined ? {} : { patienceMs: KNOWN_PATIENCE_MS };
  const look = await context.look({ path: netns, interfaceName: ifName, ...patience, ...limits });
  const refusal = await refusalOf(context, leaving, look);
  if (refusal === undefined) return rt;
  const { code, why, cause } = refusal;
  const message = `attachment of container ${containerId} to network ${network} on ${ifName} is taken down without its namespace: ${why}`;
  context.warn({ code, message, network, containerId, ifName, file: netns, ...(cause ? { cause } : {}) });
  return { ...rt, netns: '' };
}

async function refusalOf(
  context: DelContext,
  leaving: LeavingAttachment,
  look: NetnsLook,
): Promise<Refusal | undefined> {
  if (look.state === 'unknown') return undefined;
  const { netnsIdentity, hostNetns, emptyIfGone, rt } = leaving;
  const { netns } = rt;
  if (look.state === 'none') {
    if (netnsIdentity === undefined && !look.isOccupied && !emptyIfGone) return undefined;
    const code = look.cause === undefined ? 'NETNS_GONE' : 'NETNS_UNUSABLE';
    return { code, why: `there is no network namespace at ${netns}`, cause: look.cause };
  }
  if (look.isHost && !hostNetns)
    return { code: 'NETNS_OF_HOST', why: `${netns} is the one of this process, or of process 1` };
  const verdict = compareIdentities(netnsIdentity, look.identity);
  if (verdict === 'another')
    return { code: 'NETNS_REPLACED', why: `another network namespace is at ${netns} by now` };
  return await refusalOfInterface(context, leaving, { look, isProven: verdict === 'same' });
}

interface SeenNetns {
  readonly look: NetnsThere;
  /** Whether it is the namespace of the attachment. */
  readonly isProven: boolean;
}

async function refusalOfInterface(
  context: DelContext,
  { network, rt, failedAdd, listBegun }: LeavingAttachment,
  { look, isProven }: SeenNetns,
): Promise<Refusal | undefined> {
  const { containerId, ifName, netns } = rt;
  const isOwn = failedAdd === undefined ? undefined : isMadeByAdd(failedAdd, look);
  const code = 'INTERFACE_OF_ANOTHER';
  if (isOwn === false) return { code, why: `interface ${ifName} in ${netns} was there before the ADD` };
  if (isOwn || (failedAdd === undefined && isProven)) return undefined;
  const begun = await listBegun?.();
  const place = { cacheDir: context.cacheDir || rt.cacheDir, ifName, identity: look.identity, begun };
  const other = await claimantOf(place, { network, containerId, ifName });
  return other && { code, why: `interface ${ifName} in ${netns} is that of ${describe(other)}` };
}

/** `undefined` where nobody can tell. */
function isMadeByAdd(
  { interfaceIndex: before, hasResult }: FailedAddTrace,
  { interfaceIndex: now }: NetnsThere,
): boolean | undefined {
  if (hasResult || before === 0) return true;
  if (before === undefined || now === undefined) return undefined;
  return before !== now;
}

function describe({ containerId, network }: AttachmentNames): string {
  return `container ${containerId} on network ${network}`;
}
