import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import type { NetworkAttachment } from '../../libcni/index.js';
import { networkNamed, type OperatorContext } from '../context.js';
import { attachmentName } from '../state/attachment-key.js';
import type { Attachment } from './attachment.js';
import { recordedAttachment } from './recorded-attachment.js';
import type { TargetRequest } from './request.js';
import { livingNetns } from './undo-intent.js';

/** An attachment to work on, or the reason why it cannot be. */
export type Target = Attachment | { readonly problem: LibcniError };

/**
 * The attachments that are meant, in the reverse of the order in which they were asked for. Each comes with the
 * configuration and arguments that it was made with, which may differ from what lies in the folder today.
 */
export async function findTargets(context: OperatorContext, request: TargetRequest): Promise<Target[]> {
  const recorded = await context.cni.getCachedAttachments(request.id);
  const meant = recorded.filter((found) => isMeant(found, request));
  const known = await Promise.all(meant.map((found) => fromRecord(context, found, request)));
  const others = await unrecorded(context, request, recorded);
  return [...known, ...others].sort(byRequest(request)).reverse();
}

function isMeant(
  { network, ifName }: Pick<NetworkAttachment, 'network' | 'ifName'>,
  { networks, defaultIfName }: TargetRequest,
): boolean {
  if (networks === undefined) return true;
  return networks.some(
    (wanted) => wanted.name === network && (wanted.ifName ?? defaultIfName ?? ifName) === ifName,
  );
}

async function fromRecord(
  context: OperatorContext,
  found: NetworkAttachment,
  request: TargetRequest,
): Promise<Target> {
  const netns = request.netns ?? found.netns;
  try {
    return await recordedAttachment(context, { ...found, netns });
  } catch (error) {
    if (error instanceof LibcniError && error.code === 'ERR_NOT_FOUND') return { problem: error };
    throw error;
  }
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
    isMeant({ network: name, ifName }, request),
  );
  const wanted = [...broken, ...named(request)];
  const netns = await livingNetns(context, request.netns ?? '');
  return wanted.flatMap(({ name, ifName }) => {
    const list = networkNamed(context, name)?.list;
    if (list === undefined || isRecorded(name, ifName)) return [];
    return [{ list, rt: { containerId: request.id, ifName, netns } }];
  });
}

interface Named {
  readonly name: string;
  readonly ifName: string;
}

function named({ networks = [], defaultIfName }: TargetRequest): Named[] {
  return networks.flatMap(({ name, ifName = defaultIfName }) =>
    ifName === undefined ? [] : [{ name, ifName }],
  );
}

/**
 * Files of the container that cannot be read as entries. Names run into each other where ids have dashes, so what is
 * readable belongs to whom it says, and a rest that is no plain interface name to somebody else.
 */
async function brokenEntries({ cacheDir, cni, store }: OperatorContext, id: string): Promise<Named[]> {
  const files = await readdir(join(cacheDir, 'results')).catch(() => []);
  const readable = new Set((await cni.getCachedAttachments()).map(attachmentNameOf));
  const broken = files.filter((file) => !readable.has(file));
  return store.snapshot().networks.flatMap(({ name }) => {
    const prefix = `${name}-${id}-`;
    return broken
      .filter((file) => file.startsWith(prefix))
      .map((file) => ({ name, ifName: file.slice(prefix.length) }))
      .filter(({ ifName }) => !ifName.includes('-'));
  });
}

function attachmentNameOf({ network, containerId, ifName }: NetworkAttachment): string {
  return attachmentName({ network, containerId, ifName });
}

function byRequest({ networks = [] }: TargetRequest): (a: Target, b: Target) => number {
  const position = (target: Target) =>
    'problem' in target ? -1 : networks.findIndex(({ name }) => name === target.list.name);
  return (a, b) => position(a) - position(b);
}
