import type { NetworkAttachment } from '../../libcni/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import { networkNamed } from '../conf-store/index.js';
import { isUnusable, recordedAttachment, type UnusableRecord } from '../records/recorded-attachment.js';
import { interfacesIn, unreadableRecordsOf } from '../records/unreadable-records.js';
import type { NetworkRequest, TargetRequest } from '../request/request.js';
import type { OperatorContext } from './context.js';

/** An attachment to work on, or an unusable record. */
export type Target = Attachment | UnusableRecord;

/**
 * The selected attachments in reverse order: that of the request, or that of their records if the request lists none.
 * Each comes with the configuration and arguments that it was made with, which may differ from the current files. Their
 * namespaces are checked later, one by one, since that may fail.
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

/** Whether a request selects an attachment of the container. */
export function isMeant(
  context: OperatorContext,
  found: Pick<NetworkAttachment, 'network' | 'ifName'>,
  request: TargetRequest,
): boolean {
  return request.networks === undefined || placeOf(context, found, request) >= 0;
}

/** The index in a request's array that selects an attachment; -1 if none does. */
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

/** As for an attach, `defaultIfName` applies only to the default network. */
export function wantedInterface(
  { store }: OperatorContext,
  { name, ifName }: Pick<NetworkRequest, 'name' | 'ifName'>,
  { defaultIfName }: TargetRequest,
): string | undefined {
  return ifName ?? (name === store.snapshot().defaultNetwork?.name ? defaultIfName : undefined);
}

/**
 * Attachments without a readable record: those whose cache file is broken, and those that the caller names. The current
 * configuration is the best choice for them; an unknown network has nothing to remove.
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

/** Attachments that unreadable files may stand for, except names that more likely belong to another container. */
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
