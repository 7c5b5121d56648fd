import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createNetns, Networks, pinNamespaces, runHook } from '../../dist/index.js';
import { podConfig, withPods } from './pod-manager.mjs';

const state = { ociVersion: '1.0.2', id: 'c1', status: 'created', pid: process.pid, bundle: '/b' };

/** A folder, and who uses it. */
const uses = [
  ['cache', attach],
  ['cache/results', attach],
  ['cache/libcni', attach],
  ['cache/libcni/journal', attach],
  ['cache/libcni/locks', attach],
  ['cache/libcni/attached', attach],
  ['cache/libcni/networks', openNetworks],
  ['cache/libcni/networks/members', openNetworks],
  ['cache/libcni/networks/containers', openNetworks],
  ['cache/libcni/networks/claims', openNetworks],
  ['cache/libcni/networks/locks', openNetworks],
  ['pods', runPod],
  ['pods/sandboxes', runPod],
  ['pods/names', runPod],
  ['pods/locks', runPod],
  ['hooks', runHooks],
  ['hooks/hook', runHooks],
  ['netns', (_, folder) => createNetns({ dir: folder, name: 'ns' })],
  ['netns', (_, netnsDir) => pinNamespaces(process.pid, ['net'], { netnsDir })],
];

/** Everybody can write to a state folder. */
export const rows = [
  {
    title:
      'everybody can write to a folder with state or namespaces of operator, networks, pods or hooks: it is refused before anything runs',
    times: { short: uses.length, long: uses.length },
    run: refuseEach,
  },
];

async function refuseEach(lab) {
  const faults = [];
  for (const [name, use] of uses) {
    const folder = join(lab.root, name);
    const before = lab.rules();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    const refusal = await use(lab, folder).then(
      () => undefined,
      (error) => error,
    );
    const found = await lab.rulesLeft(before);
    if (refusal?.code !== 'ERR_PERMISSION') found.push(`it was not refused: ${refusal}`);
    if (found.length > 0) faults.push(`${name}: ${found.join('; ')}`);
    rmSync(join(lab.root, name.split('/')[0]), { recursive: true, force: true });
  }
  return { survived: uses.length - faults.length, faults };
}

async function attach(lab) {
  const pod = await lab.pod('c1');
  try {
    await lab.withOperator((operator) => operator.attach(pod.request));
  } finally {
    await pod.remove();
  }
}

async function openNetworks(lab) {
  await lab.withOperator((operator) => Networks.open({ operator }));
}

async function runPod(lab) {
  const run = ({ manager }) => manager.run(podConfig('web'));
  await withPods(lab, run, { isWarm: true });
}

async function runHooks(lab) {
  const places = { stateDir: join(lab.root, 'hooks'), pinDir: join(lab.root, 'netns'), env: {} };
  await lab.withOperator((operator) =>
    runHook('createRuntime', JSON.stringify(state), { operator, ...places }),
  );
}
