import { compareIdentities, type NetnsLook, type NetnsThere } from '../platform/netns/index.js';
import { type AttachmentNames, claimantOf, type InterfaceClaim } from './cache/interface-claims.js';
import type { CniContext } from './context.js';
import type { ExecOptions } from './exec/types.js';
import type { RuntimeConf } from './runtime-conf.js';
import type { LibcniWarning } from './warning.js';

/** What is known about an ADD that was never recorded. */
export interface FailedAddTrace {
  /** The index of the interface of that name before the first plugin ran, 0 if there was none. @default unknown */
  readonly interfaceIndex?: number | undefined;
  /** Whether any plugin of the ADD has succeeded. */
  readonly hasResult: boolean;
}

/** An attachment to remove. */
export interface LeavingAttachment {
  readonly network: string;
  readonly rt: RuntimeConf;
  /** The namespace that it was made in, from its record or intent. @default unknown */
  readonly netnsIdentity?: string | undefined;
  /** Absent if the attachment was completed. */
  readonly failedAdd?: FailedAddTrace | undefined;
  /** Lists attachments in progress, including those whose process has ended; called only if needed. @default none */
  readonly listBegun?: (() => Promise<readonly InterfaceClaim[]>) | undefined;
  /** What was just seen at the path. @default it is inspected */
  readonly seen?: NetnsLook | undefined;
  /** Allows the namespace of this process or of process 1. @default false */
  readonly hostNetns?: boolean | undefined;
  /** Never pass plugins a path that leads nowhere, even if no namespace was recorded. @default false: as in Go */
  readonly emptyIfGone?: boolean | undefined;
}

/** What a DEL needs. */
export type DelContext = Pick<CniContext, 'cacheDir' | 'warn' | 'look'>;

/** The attachment that DEL gets. */
export interface RtForDel {
  readonly rt: RuntimeConf;
  /** Whether plugins will find no namespace, given a path or not. */
  readonly isWithoutNetns: boolean;
  /** What is at the path. */
  readonly look: NetnsLook | undefined;
}

/** On a busy machine, a namespace that was replaced must not count as unknown just because the answer is late. */
const KNOWN_PATIENCE_MS = 20_000;

/** Why plugins must not get the namespace. */
type Refusal = Pick<LibcniWarning, 'code' | 'cause'> & { readonly why: string };

/**
 * The attachment as DEL gets it. The namespace is left out if it is gone or was replaced, or if its interface is not the
 * attachment's. Plugins then release addresses and rules, and nothing in the namespace is touched. A warning says so.
 * If the state is unknown, the path is passed on, as in Go.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if records that may claim the interface cannot be read
 */
export async function rtForDel(
  context: DelContext,
  leaving: LeavingAttachment,
  limits: ExecOptions,
): Promise<RtForDel> {
  const { network, rt } = leaving;
  const { containerId, ifName, netns } = rt;
  if (netns === '') return { rt, isWithoutNetns: true, look: undefined };
  const patience = leaving.netnsIdentity === undefined ? {} : { patienceMs: KNOWN_PATIENCE_MS };
  const request = { path: netns, interfaceName: ifName, ...patience, ...limits };
  const look = leaving.seen ?? (await context.look(request));
  const refusal = await refusalOf(context, leaving, look);
  if (refusal === undefined) return { rt, isWithoutNetns: look.state === 'none', look };
  const { code, why, cause } = refusal;
  const message = `attachment of container ${containerId} to network ${network} on ${ifName} is removed without its namespace: ${why}`;
  context.warn({ code, message, network, containerId, ifName, file: netns, ...(cause ? { cause } : {}) });
  return { rt: { ...rt, netns: '' }, isWithoutNetns: true, look };
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
    return { code: 'NETNS_OF_HOST', why: `${netns} is the namespace of this process, or of process 1` };
  const verdict = compareIdentities(netnsIdentity, look.identity);
  if (verdict === 'another')
    return { code: 'NETNS_REPLACED', why: `another network namespace is now at ${netns}` };
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
  return other && { code, why: `interface ${ifName} in ${netns} belongs to ${describe(other)}` };
}

/** `undefined` if unknown. */
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
