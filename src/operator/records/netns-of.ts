import { createHash } from 'node:crypto';
import type { ExecOptions, RuntimeConf } from '../../libcni/index.js';
import { type FailedAddTrace, rtForDel } from '../../libcni/netns-for-del.js';
import {
  compareIdentities,
  type LookRequest,
  lookAtNetns,
  type NetnsLook,
} from '../../platform/netns/index.js';
import type { OperatorContext } from '../verbs/context.js';

/** Looks at a namespace, and at an interface in it. */
export async function lookAt({ helper }: OperatorContext, request: LookRequest): Promise<NetnsLook> {
  return await lookAtNetns(helper, request);
}

/** The name of the lock of a namespace, which is the same whatever path leads to it. */
export function lockOfNetns(path: string, look: NetnsLook): string {
  if (look.state === 'there') return `.netns-${look.place}`;
  return `.netns-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}

/** Where a namespace may be, and which one it was. */
interface NetnsCandidates {
  /** In the order in which they are looked at. */
  readonly paths: readonly string[];
  readonly netnsIdentity: string | undefined;
}

/**
 * The path that leads to the namespace of an attachment: one where it is proven to be, else the first where it may be,
 * else the first that there is.
 */
async function pathOfNetns(
  context: OperatorContext,
  { paths, netnsIdentity }: NetnsCandidates,
  limits: ExecOptions,
): Promise<string> {
  const given = [...new Set(paths)].filter((path) => path !== '');
  if (given.length < 2) return given[0] ?? '';
  const possible: string[] = [];
  for (const path of given) {
    const look = await lookAt(context, { path, ...limits });
    const verdict = look.state === 'there' ? compareIdentities(netnsIdentity, look.identity) : undefined;
    if (verdict === 'same') return path;
    if (verdict === 'unknown' || look.state === 'unknown') possible.push(path);
  }
  return possible[0] ?? given[0] ?? '';
}

/** An attachment that is to be taken down. */
export interface Leaving extends NetnsCandidates {
  readonly network: string;
  readonly rt: RuntimeConf;
  readonly failedAdd?: FailedAddTrace | undefined;
  readonly hostNetns?: boolean | undefined;
}

/** The attachment as DEL is to get it: without its namespace where that is not there, or the interface is not its own. */
export async function rtToTakeDown(
  context: OperatorContext,
  { paths, rt, ...leaving }: Leaving,
  limits: ExecOptions,
): Promise<RuntimeConf> {
  const { cacheDir, warnings, journal } = context;
  const netns = await pathOfNetns(context, { ...leaving, paths }, limits);
  const listBegun = async () => (await journal.list()).flatMap(({ intent }) => intent ?? []);
  const warn = warnings.warn.bind(warnings);
  const look = (request: LookRequest) => lookAt(context, request);
  const given = { ...leaving, rt: { ...rt, netns }, listBegun, emptyIfGone: true };
  return await rtForDel({ cacheDir, warn, look }, given, limits);
}
