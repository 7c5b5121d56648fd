import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createNetns, openNetns } from '../../dist/index.js';
import { more } from './lab.mjs';

/** Another namespace, with an `eth0` of somebody else, is at the path of an attachment. */
export const namespaces = [
  {
    title: 'the namespace is replaced by another one with an `eth0`, which stays; address and port are free',
    times: { short: 5, long: 50 },
    run: replaceOften,
  },
];

async function replaceOften(lab, times) {
  const operator = await lab.operator();
  const faults = [];
  const first = await lab.pod('warm');
  await operator.attach(first);
  await operator.detach({ id: first.id });
  await first.remove();
  const before = lab.stock();
  for (let time = 1; time <= times; time += 1) {
    const pod = await lab.pod('replaced');
    await operator.attach(pod);
    spawnSync('umount', [pod.netns]);
    rmSync(pod.netns);
    const other = await createNetns({ path: pod.netns });
    await other.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0']);
    await operator.detach({ id: pod.id });
    const links = (await (await openNetns(pod.netns)).exec('ip', ['-o', 'link'])).stdout;
    const lost = links.includes('eth0') ? [] : ['the other eth0 is gone'];
    await other.remove();
    const left = [...lost, ...more(before, lab.stock())];
    if (left.length > 0) faults.push(`${time}: ${left.slice(0, 4).join('; ')}`);
  }
  await operator[Symbol.asyncDispose]();
  return { survived: times - faults.length, faults };
}
