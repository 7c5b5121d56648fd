import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Networks } from '../../dist/index.js';
import { kindNames, kinds, withEach } from './odd-kinds.mjs';

const limits = { timeoutMs: 20_000 };
const count = Object.keys(kinds).length;
const times = { short: count, long: count };
const then = 'another container is connected and disconnected, and another network is created and removed';

const files = {
  'the hosts file of a container': 'containers/bad/hosts',
  'the lock of the hosts files of a network': 'locks/front.lock',
  'the lock of the networks': 'create.lock',
  'the folder of the containers on a network': 'members/front',
  'the note of a container on a network': 'members/front/bad+eth0.json',
  'a claim of a network that is being created': 'claims/name-net-side',
};

/** A file of the network API is replaced by something else. */
export const rows = [
  ...Object.entries(files).map(([what, name]) => ({
    title: `${what} is replaced by something else (${kindNames}); ${then}`,
    times,
    run: async (lab) => {
      const faults = await withNetworks(lab, (place) =>
        withEach(join(place.stateDir, name), () => cycle(place)),
      );
      return { survived: count - faults.length, faults };
    },
  })),
  {
    title: `a process left the locks of the networks and ended, and then the clock was set back by a day; ${then}`,
    times: { short: 1, long: 5 },
    run: async (lab, wanted) => {
      const faults = await withNetworks(lab, (place) => repeat(wanted, () => afterClock(place)));
      return { survived: wanted - faults.length, faults };
    },
  },
];

async function repeat(times, work) {
  const faults = [];
  for (let time = 0; time < times; time += 1) faults.push(...(await work().catch((error) => [error.stack])));
  return faults;
}

/** Uses a network with a container whose files are damaged. */
async function withNetworks(lab, use) {
  return await lab.withOperator((operator) => inNetwork(lab, operator, use));
}

async function inNetwork(lab, operator, use) {
  const stateDir = join(lab.cacheDir, 'libcni/networks');
  const networks = await Networks.open({ operator, stateDir });
  const bad = await lab.pod('bad', 8082);
  await warmUp(networks, bad);
  const before = lab.rules();
  await networks.create({ name: 'front', subnets: ['10.119.1.0/24'] }, limits);
  await networks.connect({ id: 'bad', netns: bad.netns, network: 'front' }, limits);
  const pod = await lab.pod('c1', 8083);
  const faults = await use({ lab, networks, stateDir, pod });
  rmSync(join(stateDir, 'containers/bad'), { recursive: true, force: true });
  await networks.disconnect({ id: 'bad', network: 'front' }, limits);
  await networks.remove('front', limits);
  await bad.remove();
  await pod.remove();
  return [...faults, ...(await lab.rulesLeft(before))];
}

/** What all networks share is made for the first one. */
async function warmUp(networks, { id, netns }) {
  await networks.create({ name: 'warm', subnets: ['10.119.3.0/24'] }, limits);
  await networks.connect({ id, netns, network: 'warm' }, limits);
  await networks.disconnect({ id, network: 'warm' }, limits);
  await networks.remove('warm', limits);
}

async function cycle({ lab, networks, pod }) {
  const before = lab.rules();
  await networks.connect({ id: pod.id, netns: pod.netns, network: 'front' }, limits);
  await networks.create({ name: 'side', subnets: ['10.119.2.0/24'] }, limits);
  await networks.remove('side', limits);
  await networks.disconnect({ id: pod.id, network: 'front' }, limits);
  return await lab.rulesLeft(before);
}

/** A lock is a folder; a process that has ended does not renew it. */
async function afterClock(place) {
  const tomorrow = Date.now() / 1000 + 86_400;
  for (const name of ['create.lock', 'locks/front.lock']) {
    kinds.folder(join(place.stateDir, name));
    utimesSync(join(place.stateDir, name), tomorrow, tomorrow);
  }
  return await cycle(place);
}
