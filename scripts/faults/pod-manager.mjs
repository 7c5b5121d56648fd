import { join } from 'node:path';
import { PodSandboxManager } from '../../dist/index.js';
import { warmUp } from './lose.mjs';

/** A runtime that has no processes: what is looked at here is what is around them. */
const states = new Map();
const runtime = {
  create: async ({ id }) => ({ state: states.set(id, 'created').get(id) }),
  start: async (id) => void states.set(id, 'running'),
  stop: async (id) => void states.set(id, 'stopped'),
  remove: async (id) => void states.delete(id),
  status: async (id) => ({ state: states.get(id) ?? 'absent' }),
};

/** Uses pods in the networks of a lab. */
export async function withPods(lab, use, { isWarm = false } = {}) {
  const stateDir = join(lab.root, 'pods');
  const netnsDir = join(lab.root, 'netns');
  return await lab.withOperator(async (operator) => {
    if (!isWarm) await warmUp(operator, await lab.pod('warm'));
    const folders = { stateDir, netnsDir };
    const manager = await PodSandboxManager.create({ operator, ...folders, runtimes: { '': runtime } });
    return await use({ manager, stateDir });
  });
}

/** What a pod is made of. */
export function podConfig(name) {
  return { metadata: { name, namespace: 'faults', uid: name, attempt: 0 } };
}
