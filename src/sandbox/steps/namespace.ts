import { basename, dirname } from 'node:path';
import { createNetns, removeRecorded } from '../../netns/index.js';
import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';
import type { LiveSandbox } from '../live-sandbox.js';
import type { Step } from './step.js';

/** The network namespace, whose path is the sandbox key. */
export const namespace: Step = {
  applies: ({ record }) => record.netns !== undefined && !hasOwnUsers(record),
  async perform(sandbox, signal) {
    const { netns = '' } = sandbox.record;
    const { helper, foreignFolders } = sandbox.context;
    const place = { dir: dirname(netns), name: basename(netns), foreignFolders };
    const { identity } = await createNetns({ ...place, helper, signal });
    sandbox.note({ netnsIdentity: identity });
  },
  undo: removeOwn,
};

/** Removes the namespace of a sandbox. Another namespace that has taken its place is left alone. */
export async function removeOwn({ context, id, record }: LiveSandbox, signal: AbortSignal): Promise<void> {
  const { netns: path, netnsIdentity: identity } = record;
  if (path === undefined) return;
  const isFree = await removeRecorded({ path, identity }, { helper: context.helper, signal });
  if (!isFree) context.warn(`another network namespace is at ${path} by now; it is left alone`, id);
}

/** Whether the namespace belongs to a user namespace of the pod, so that the runtime creates both. */
export function hasOwnUsers({ config }: { readonly config: PodSandboxConfig }): boolean {
  return config.linux?.securityContext?.namespaceOptions?.users !== undefined;
}
