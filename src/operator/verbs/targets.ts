import type { NetworkAttachment } from '../../libcni/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import { networkNamed } from '../conf-store/index.js';
import { isUnusable, recordedAttachment, type UnusableRecord } from '../records/recorded-attachment.js';
import { interfacesIn, unreadableRecordsOf } from '../records/unreadable-records.js';
import type { NetworkRequest, TargetRequest } from '../request/request.js';
import type { OperatorContext } from './context.js';

/** An attachment to work on, or the record of one that nothing can be done with. */
export type Target = Attachment | UnusableRecord;

/**
 * The attachments that are meant, in the reverse of the order in which they were asked for, or of that of their records
 * where none were. Each comes with the configuration and arguments that it was made with, which may differ from what
 * lies in the folder today. Whether their namespaces are still there is looked at for each when its turn comes, since
 * that may fail.
 */
export async function findTargets(context: OperatorContext, request: TargetRequest): Promise<Target[]> {
  const recorded = await context.records.ofContainer(request.id);
  const meant = recorded.filter((found) => isMeant(context, found, request));
  const { hostNetns } = request;
  const known = meant.map((found) => ({
    ...recordedAttachment({ ...found, netns: request.netns ?? found.netns }, context.store.snapshot()),
    hostNetns,
  }));
  const others = await unrecorded(context, request, recorded);
  return [...known, ...others].sort(byRequest(context, request)).reverse();
}

/** Whether an attachment of the container is one of those that a request means. */
export function isMeant(
  context: OperatorContext,
  found: Pick<NetworkAttachment, 'network' | 'ifName'>,
  request: TargetRequest,
): boolean {
  return request.networks === undefined || placeOf(context, found, request) >= 0;
}

/** Where in its list a request means an attachment; -1 where it does not. */
export function placeOf(
  context: OperatorContext,
  { network, ifName }: Pick<NetworkAttachment, 'network' | 'ifName'>,
  request: TargetRequest,
): number {
  const { networks = [] } = request;
  return networks.findIndex(
    (wanted) => wanted.name === network && (wantedInterface(context, wanted, request) ?? ifName) === ifName,
  );
}

/** As for an attach, `defaultIfName` is the interface of the default network alone. */
export function wantedInterface(
  { store }: OperatorContext,
  { name, ifName }: Pick<NetworkRequest, 'name' | 'ifName'>,
  { defaultIfName }: TargetRequest,
): string | undefined {
  return ifName ?? (name === store.snapshot().defaultNetwork?.name ? defaultIfName : undefined);
}

/**
 * Attachments of which no readable record is left: those whose cache file is broken, and those that the caller names.
 * The configuration of today is the best there is for them; a network that nobody knows is nothing to take down.
 */
async function unrecorded(
  context: OperatorContext,
  request: TargetRequest,
  recorded: readonly NetworkAttachment[],
): Promise<Target[]> {
  const isRecorded = (name: string, ifName: string) =>
    recorded.some((found) => found.network === name && found.ifName === ifName);
  const broken = (await brokenEntries(context, request.id)).filter(({ name, ifName }) =>
    isMeant(context, { network: name, ifName }, request),
  );
  const isBroken = (one: Named) =>
    broken.some(({ name, ifName }) => name === one.name && ifName === one.ifName);
  const wanted = [...broken, ...named(context, request).filter((one) => !isBroken(one))];
  const { id: containerId, netns = '', hostNetns } = request;
  return wanted.flatMap(({ name, ifName, capabilityArgs }) => {
    const list = networkNamed(context.store.snapshot(), name)?.list;
    if (list === undefined || isRecorded(name, ifName)) return [];
    return [{ list, rt: { containerId, ifName, netns, capabilityArgs }, hostNetns }];
  });
}

interface Named {
  readonly name: string;
  readonly ifName: string;
  readonly capabilityArgs?: NetworkRequest['capabilityArgs'];
}

function named(context: OperatorContext, request: TargetRequest): Named[] {
  return (request.networks ?? []).flatMap((wanted) => {
    const ifName = wantedInterface(context, wanted, request);
    return ifName === undefined ? [] : [{ ...wanted, ifName }];
  });
}

/** What unreadable files may stand for, except names that more likely belong to another container. */
async function brokenEntries(context: OperatorContext, id: string): Promise<Named[]> {
  const names = context.store.snapshot().networks.map(({ name }) => name);
  const unreadable = await unreadableRecordsOf(id, names, context.records);
  return names.flatMap((name) =>
    interfacesIn(unreadable, name, id)
      .filter((ifName) => !ifName.includes('-'))
      .map((ifName) => ({ name, ifName })),
  );
}

function byRequest(context: OperatorContext, request: TargetRequest): (a: Target, b: Target) => number {
  const position = (target: Target) =>
    placeOf(context, isUnusable(target) ? target.found : keyOf(target), request);
  return (a, b) => position(a) - position(b);
}
