import type { ExecOptions, RuntimeConf } from '../../libcni/index.js';
import { type FailedAddTrace, rtForDel } from '../../libcni/netns-for-del.js';
import type { HelperClient } from '../../platform/helper/index.js';
import {
  compareIdentities,
  type LookRequest,
  lookAtNetns,
  type NetnsLook,
} from '../../platform/netns/index.js';
import type { Journal } from '../journal/journal.js';
import type { Records } from '../records/records.js';
import type { WarningCollector } from '../warning-collector.js';

/** What is needed to find out what DEL may touch. */
export interface TakeDownParts {
  readonly helper: HelperClient;
  readonly journal: Journal;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/** Where a namespace may be, and its identity. */
interface NetnsCandidates {
  /** In the order of inspection. */
  readonly paths: readonly string[];
  readonly netnsIdentity: string | undefined;
}

/**
 * The path to the namespace of an attachment: one where it is proven to be, else the first where it may be, else the
 * first of all.
 */
async function pathOfNetns(
  helper: HelperClient,
  { paths, netnsIdentity }: NetnsCandidates,
  limits: ExecOptions,
): Promise<string> {
  const given = [...new Set(paths)].filter((path) => path !== '');
  if (given.length < 2) return given[0] ?? '';
  const possible: string[] = [];
  for (const path of given) {
    const look = await lookAtNetns(helper, { path, ...limits });
    const verdict = look.state === 'there' ? compareIdentities(netnsIdentity, look.identity) : undefined;
    if (verdict === 'same') return path;
    if (verdict === 'unknown' || look.state === 'unknown') possible.push(path);
  }
  return possible[0] ?? given[0] ?? '';
}

/** An attachment to remove. */
export interface Leaving extends NetnsCandidates {
  readonly network: string;
  readonly rt: RuntimeConf;
  readonly failedAdd?: FailedAddTrace | undefined;
  readonly hostNetns?: boolean | undefined;
}

/** What DEL is to get. */
interface TakeDown {
  readonly rt: RuntimeConf;
  /** What is at the path of the namespace; `undefined` if none is given. */
  readonly seen: NetnsLook | undefined;
}

/** The attachment as DEL gets it: without its namespace if that is gone, or if the interface is not its own. */
export async function rtToTakeDown(
  { helper, journal, records, warnings }: TakeDownParts,
  { paths, rt, ...leaving }: Leaving,
  limits: ExecOptions,
): Promise<TakeDown> {
  const netns = await pathOfNetns(helper, { ...leaving, paths }, limits);
  const listBegun = async () => (await journal.list()).flatMap(({ intent }) => intent ?? []);
  const warn = warnings.warn.bind(warnings);
  const look = (request: LookRequest) => lookAtNetns(helper, request);
  const given = { ...leaving, rt: { ...rt, netns }, listBegun, emptyIfGone: true };
  const forDel = await rtForDel({ cacheDir: records.cacheDir, warn, look }, given, limits);
  return { rt: forDel.rt, seen: forDel.look };
}
