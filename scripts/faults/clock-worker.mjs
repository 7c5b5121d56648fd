// Attaches and detaches pods while the clock is set, or before and after a restart. Runs in its own kernel.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createNetns } from '../../dist/index.js';
import { Lab } from './lab.mjs';
import { hasEth0, loseOften } from './lose.mjs';
import { withOther } from './namespaces.mjs';

const path = '/run/netns/restarted';
const DAY = 24 * 3600;
const steps = [-3, -DAY, 3, DAY];

const { phase, times, lab: settings, outcome } = JSON.parse(process.argv[2]);
const lab = new Lab(...settings);
const phases = { clock: setClockOften, attach: attachBefore, detach: detachAfter };
const result = await phases[phase]().catch((error) => ({ survived: 0, faults: [error.stack] }));
writeFileSync(outcome, JSON.stringify(result));
process.exit(0);

/** Tries every step with a namespace that stays and with one that is replaced. */
async function setClockOften() {
  let time = -1;
  const step = () => steps[Math.floor(time / 2) % steps.length];
  const makePod = async () => {
    const pod = await createPod('/run/netns/clock');
    if (time >= 0) setClock(step());
    time += 1;
    return pod;
  };
  const lose = (pod) => {
    setClock(step());
    return time % 2 === 0 ? keep(pod) : replace(pod);
  };
  return await loseOften({ lab, times, makePod, lose });
}

async function createPod(netnsPath) {
  const netns = await createNetns({ path: netnsPath });
  return lab.podOf(lab.request('clock', netns.path), () => netns.remove());
}

function setClock(seconds) {
  spawnSync('date', ['--set', `@${Math.floor(Date.now() / 1000) + seconds}`]);
}

function keep({ netns, remove }) {
  return { wrong: async () => ((await hasEth0(netns)) ? ['its eth0 is still there'] : []), remove };
}

async function replace({ netns }) {
  spawnSync('umount', [netns]);
  rmSync(netns);
  return await withOther(netns);
}

async function attachBefore() {
  const operator = await lab.operator();
  await createNetns({ path });
  await operator.attach(lab.request('restarted', path));
  return { survived: 1, faults: [] };
}

async function detachAfter() {
  setClock(-DAY);
  const operator = await lab.operator();
  const { wrong } = await withOther(path);
  await operator.recover();
  await operator.detach({ id: 'restarted' });
  const found = await wrong();
  const left = lab.stock().filter((line) => line.startsWith('file '));
  return { survived: 1, faults: [...found, ...left] };
}
