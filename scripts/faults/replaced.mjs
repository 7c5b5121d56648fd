import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNetns, reapHooks, removeNetns, runHook } from '../../dist/index.js';
import { hold, withHooks } from './hook-containers.mjs';
import { hasEth0 } from './lose.mjs';
import { podConfig, withPods } from './pod-manager.mjs';

const times = { short: 3, long: 30 };
const network = { ipMasq: false };

/** Another namespace is at the path where a pod or hook keeps one. */
export const rows = [
  {
    title:
      'the namespace of a pod is replaced by another one with an `eth0`: `restore`, `stop` and `remove` leave it; address and port are free',
    network,
    times,
    run: (lab, wanted) => withPods(lab, (pods) => often(wanted, () => replacePod(lab, pods))),
  },
  {
    title:
      'the namespace that a hook keeps is replaced by another one with an `eth0` and the same inode: `poststop` leaves it; address and port are free',
    network,
    times,
    run: (lab, wanted) => withHooks(lab, (hooks) => often(wanted, () => replaceHook(lab, hooks, poststop))),
  },
  {
    title: 'the same, with a process in the other namespace, and `reapHooks` instead of `poststop`',
    network,
    times,
    run: (lab, wanted) => withHooks(lab, (hooks) => often(wanted, () => replaceHook(lab, hooks, reap))),
  },
];

async function often(times, work) {
  const faults = [];
  for (let time = 1; time <= times; time += 1) {
    const found = await work().catch((error) => [error.stack]);
    if (found.length > 0) faults.push(`${time}: ${found.slice(0, 4).join('; ')}`);
  }
  return { survived: times - faults.length, faults };
}

async function replacePod(lab, { manager }) {
  const before = lab.rules();
  const id = await manager.run({
    ...podConfig('lost'),
    portMappings: [{ containerPort: 80, hostPort: 8080 }],
  });
  const { namespace } = (await manager.status(id)).network;
  const other = await replaceBy(namespace);
  const { lost } = await manager.restore();
  await manager.stop(id);
  await manager.remove(id);
  return [...(lost.includes(id) ? [] : ['it is not lost']), ...(await outcomeOf(lab, { before, other }))];
}

async function replaceHook(lab, hooks, takeDown) {
  const before = lab.rules();
  const { state, end } = await hold('lost', { 'libcni/ports': '8080:80' });
  const { netns } = await runHook('createRuntime', state, { ...hooks, env: {} });
  const other = await replaceBy(netns);
  const file = join(hooks.stateDir, 'hook/lost.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...record, inode: String(other.inode) }));
  await end();
  await takeDown(hooks, { state, other });
  return await outcomeOf(lab, { before, other });
}

async function poststop(hooks, { state }) {
  await runHook('poststop', state, { ...hooks, env: {} });
}

async function reap(hooks, { other }) {
  const living = await other.spawn('sleep', ['600']);
  await reapHooks(hooks);
  living.kill('SIGKILL');
  living.stdout.destroy();
  living.stderr.destroy();
  await living.ended;
}

async function replaceBy(path) {
  await removeNetns(path);
  const other = await createNetns({ path });
  await other.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0']);
  return other;
}

async function outcomeOf(lab, { before, other }) {
  const found = (await hasEth0(other.path)) ? [] : ['the other eth0 is gone'];
  await other.remove();
  return [...found, ...(await lab.rulesLeft(before))];
}
