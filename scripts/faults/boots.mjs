import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasUserModeLinux, runInUserModeLinux, userModeLinuxPackages } from '../sandbox/user-mode-linux.mjs';
import { hasEth0, loseOften } from './lose.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const detacher = fileURLToPath(new URL('boot-worker.mjs', import.meta.url));
const clockSetter = fileURLToPath(new URL('clock-worker.mjs', import.meta.url));
const bootId = '/proc/sys/kernel/random/boot_id';

const otherBoot = {
  title:
    'the boot id differs, and the cookie of the namespace is the same: its `eth0` stays; address and port are free',
  network: { ipMasq: false },
  times: { short: 2, long: 20 },
  run: (lab, times) => loseOften({ lab, times, lose: (pod) => changeBootId(lab, pod) }),
};

/** That kernel has no nftables for IPv4, which packet rules need. */
const network = { ipMasq: false, ports: false };

/** Needs its own kernel, where setting the clock and restarting affect nobody else. */
const otherClocks = [
  {
    title:
      'the clock is set back or forward by seconds or a day, before attach and before detach: everything of the pod is removed; if its namespace is replaced, the `eth0` of the other one stays',
    network,
    times: { short: 8, long: 40 },
    run: (lab, times) => runKernel(lab, { phase: 'clock', times }),
  },
  {
    title:
      'the machine restarts with the clock a day back, and another namespace with an `eth0` is at the path: it stays; address and record are free',
    network,
    times: { short: 1, long: 5 },
    run: restartOften,
  },
];

/** Debian has this kernel only for x64. */
export const rows = process.arch === 'x64' ? [otherBoot, ...otherClocks] : [otherBoot];

async function changeBootId(lab, pod) {
  const file = join(lab.root, 'boot-id');
  writeFileSync(file, `${randomUUID()}\n`);
  return {
    detach: async () => {
      spawnSync('mount', ['--bind', file, bootId]);
      const { status, stderr } = runNode(detacher, { options: lab.options, id: pod.id });
      spawnSync('umount', [bootId]);
      if (status !== 0) throw new Error(`detach under another boot id: ${stderr}`);
    },
    wrong: async () => ((await hasEth0(pod.netns)) ? [] : ['the eth0 is gone']),
    remove: pod.remove,
  };
}

function runNode(program, settings) {
  return spawnSync(process.execPath, [program, JSON.stringify(settings)], { encoding: 'utf8' });
}

async function restartOften(lab, times) {
  const faults = [];
  for (let time = 1; time <= times; time += 1) {
    const phases = ['attach', 'detach'];
    const found = [];
    for (const phase of phases) found.push(...(await runKernel(lab, { phase, times: 1 })).faults);
    if (found.length > 0) faults.push(`${time}: ${found.join('; ')}`);
  }
  return { survived: times - faults.length, faults };
}

async function runKernel(lab, settings) {
  if (!hasUserModeLinux()) throw new Error(`apt-get install ${userModeLinuxPackages.join(' ')}`);
  const outcome = join(lab.root, 'outcome.json');
  rmSync(outcome, { force: true });
  const given = JSON.stringify({ ...settings, lab: lab.settings, outcome });
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, HOME: process.env.HOME };
  const { output } = await runInUserModeLinux([process.execPath, clockSetter, given], { cwd: root, env });
  if (!existsSync(outcome)) return { survived: 0, faults: [`user-mode Linux: ${output}`] };
  return JSON.parse(readFileSync(outcome, 'utf8'));
}
