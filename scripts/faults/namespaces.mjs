import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNetns } from '../../dist/index.js';
import { hasEth0, loseOften } from './lose.mjs';

const times = { short: 5, long: 50 };

/** What happens to the namespace of an attachment before the detach. */
export const rows = [
  {
    title: 'the namespace is replaced by another one with an `eth0`, which stays; address and port are free',
    network: { ipMasq: false },
    times,
    run: (lab, wanted) => loseOften({ lab, times: wanted, lose: replace }),
  },
  {
    title:
      'the namespace is gone; address and port are free; the rules of `ipMasq` stay, and the warning `RULES_MAY_STAY` says so',
    times,
    run: (lab, wanted) => loseOften({ lab, times: wanted, lose: removeNamespace }),
  },
  {
    title:
      'the namespace is moved, and another one with an `eth0` is at its old path; `detach` gets the new path and removes everything',
    times,
    run: (lab, wanted) => loseOften({ lab, times: wanted, lose: move }),
  },
  {
    title:
      'the folder of the namespace is renamed, and another namespace with an `eth0` is at its old path; `detach` gets the new path and removes everything',
    times,
    run: (lab, wanted) => loseOften({ lab, times: wanted, lose: rename }),
  },
];

async function replace(pod) {
  dropMount(pod.netns);
  return await withOther(pod.netns);
}

function removeNamespace(pod) {
  dropMount(pod.netns);
  const wrong = (warnings) => (warnings.includes('RULES_MAY_STAY') ? [] : ['no warning about rules']);
  return { wrong, remove: removeMasquerade };
}

/** The rules that `bridge` cannot find without the addresses in the namespace. They would disturb the next pod. */
function removeMasquerade() {
  const masquerade = '^:CNI-[0-9a-f]{24} |^-A CNI-[0-9a-f]{24} |^-A POSTROUTING -s .* -j CNI-[0-9a-f]{24}$';
  const script = `iptables-save -t nat | grep -vE '${masquerade}' | iptables-restore`;
  spawnSync('sh', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function move(pod) {
  const moved = `${pod.netns}-moved`;
  writeFileSync(moved, '');
  spawnSync('mount', ['--bind', pod.netns, moved]);
  dropMount(pod.netns);
  return await foundElsewhere(pod, moved, () => dropMount(moved));
}

async function rename(pod) {
  const folder = dirname(pod.netns);
  const moved = join(`${folder}-renamed`, 'netns');
  renameSync(folder, dirname(moved));
  mkdirSync(folder);
  return await foundElsewhere(pod, moved, () => {
    dropMount(moved);
    rmSync(dirname(moved), { recursive: true });
  });
}

async function foundElsewhere({ id, netns }, moved, removeMoved) {
  const other = await withOther(netns);
  return {
    detach: (operator) => operator.detach({ id, netns: moved }),
    wrong: async () => [
      ...(await other.wrong()),
      ...((await hasEth0(moved)) ? ['its eth0 is still there'] : []),
    ],
    remove: async () => {
      await other.remove();
      removeMoved();
    },
  };
}

/** Makes another namespace with an `eth0` at this path. */
export async function withOther(path) {
  const other = await createNetns({ path });
  await other.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0']);
  const wrong = async () => ((await hasEth0(path)) ? [] : ['the other eth0 is gone']);
  return { wrong, remove: () => other.remove() };
}

function dropMount(file) {
  spawnSync('umount', [file]);
  rmSync(file);
}
