import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kindNames, kinds, withEach } from './odd-kinds.mjs';
import { podConfig, withPods } from './pod-manager.mjs';

const count = Object.keys(kinds).length;
const times = { short: count, long: count };
/** A link means that a pod has the name. */
const { link: _, ...notLinks } = kinds;
const then = 'another pod is run, restored, stopped and removed';

/** A file of a pod is replaced by something else. */
export const rows = [
  {
    title: `the checkpoint of a pod is replaced by something else (${kindNames}); ${then}, and the first pod is removed`,
    times,
    run: (lab) => run(lab, badCheckpoint),
  },
  {
    title: `something else is in the place of a pod name (${Object.keys(notLinks).join(', ')}); ${then}, and a pod is run under that name`,
    times: { short: Object.keys(notLinks).length, long: Object.keys(notLinks).length },
    run: (lab) => run(lab, takenName),
  },
];

async function run(lab, row) {
  return await withPods(lab, async (pods) => {
    const { faults, wanted } = await row(lab, pods);
    return { survived: wanted - faults.length, faults };
  });
}

async function badCheckpoint(lab, { manager, stateDir }) {
  const faults = [];
  for (const [kind, make] of Object.entries(kinds)) {
    const before = lab.rules();
    const id = await manager.run(podConfig('bad'));
    const file = join(stateDir, 'sandboxes', id, 'checkpoint.json');
    rmSync(file);
    make(file);
    const found = await cycle(manager).catch((error) => [error.stack]);
    await manager.remove(id).catch((error) => found.push(error.stack));
    found.push(...(await lab.rulesLeft(before)));
    if (found.length > 0) faults.push(`${kind}: ${found.slice(0, 4).join('; ')}`);
  }
  return { faults, wanted: count };
}

async function takenName(lab, { manager, stateDir }) {
  const names = join(stateDir, 'names');
  const id = await manager.run(podConfig('bad'));
  const [name] = readdirSync(names);
  await manager.remove(id);
  const faults = await withEach(
    join(names, name),
    async () => {
      const before = lab.rules();
      const found = await cycle(manager);
      await manager.remove(await manager.run(podConfig('bad')));
      return [...found, ...(await lab.rulesLeft(before))];
    },
    notLinks,
  );
  return { faults, wanted: Object.keys(notLinks).length };
}

async function cycle(manager) {
  const id = await manager.run(podConfig('other'));
  const { healthy } = await manager.restore();
  await manager.stop(id);
  await manager.remove(id);
  return healthy.includes(id) ? [] : ['the other pod was not healthy'];
}
