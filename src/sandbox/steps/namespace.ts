import { basename, dirname } from 'node:path';
import { createNetns, removeNetns } from '../../netns/index.js';
import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';
import type { Step } from './step.js';

/** The network namespace, whose path is the sandbox key. */
export const namespace: Step = {
  applies: ({ record }) => record.netns !== undefined && !hasOwnUsers(record),
  async perform({ context, record }, signal) {
    const { netns = '' } = record;
    const { helper, foreignFolders } = context;
    await createNetns({ dir: dirname(netns), name: basename(netns), foreignFolders, helper, signal });
  },
  async undo({ context, record }, signal) {
    if (record.netns !== undefined) await removeNetns(record.netns, { helper: context.helper, signal });
  },
};

/** Whether the namespace belongs to a user namespace of the pod, so that the runtime creates both. */
export function hasOwnUsers({ config }: { readonly config: PodSandboxConfig }): boolean {
  return config.linux?.securityContext?.namespaceOptions?.users !== undefined;
}
