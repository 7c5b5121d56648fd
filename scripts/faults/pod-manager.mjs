import { join } from 'node:path';
import { PodSandboxManager } from '../../dist/index.js';
import { warmUp } from './lose.mjs';

/** A runtime without processes: these tests are about what surrounds them. */
const states = new Map();
const runtime = {
  create: async ({ id }) => ({ state: states.set(id, 'created').get(id) }),
  start: async (id) => void states.set(id, 'running'),
  stop: async (id) => void states.set(id, 'stopped'),
  remove: async (id) => void states.delete(id),
  status: async (id) => ({ state: states.get(id) ?? 'absent' }),
};

/** Runs something with a pod manager and the networks of a lab. */
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

/** The configuration of a pod. */
export function podConfig(name) {
  return { metadata: { name, namespace: 'faults', uid: name, attempt: 0 } };
}
