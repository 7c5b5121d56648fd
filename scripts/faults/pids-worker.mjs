// Attaches the namespaces of processes by their pids, which are then reused. Runs in its own pid namespace.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { pinNetns } from '../../dist/index.js';
import { Lab } from './lab.mjs';
import { hasEth0, loseOften } from './lose.mjs';

const { times, isPinned, lab: settings, outcome } = JSON.parse(process.argv[2]);
/** Threads and helpers of this process can take the pid first. */
const TRIES = 200;
const lab = new Lab(...settings);
const result = await loseOften({ lab, times, makePod, lose });
writeFileSync(outcome, JSON.stringify(result));
process.exit(0);

async function makePod() {
  const holder = await hold('true');
  const path = `/proc/${holder.pid}/ns/net`;
  const pinned = isPinned ? await pinNetns(holder.pid, { name: 'pinned' }) : undefined;
  const remove = async () => {
    await pinned?.remove();
    await end(holder);
  };
  return { ...lab.podOf(lab.request('held', pinned?.path ?? path), remove), holder, path };
}

async function lose({ holder, path, netns, remove }) {
  await end(holder);
  const other = await holdAt(holder.pid);
  return {
    wrong: async () => [
      ...((await hasEth0(path)) ? [] : ['the other eth0 is gone']),
      ...(isPinned && (await hasEth0(netns)) ? ['its eth0 is still there'] : []),
    ],
    remove: async () => {
      await end(other);
      await remove();
    },
  };
}

/** A process with this pid, and with an `eth0` in its own namespace. */
async function holdAt(pid) {
  for (let time = 0; time < TRIES; time += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const other = await hold('ip link add eth0 type veth peer name far0');
    if (other.pid === pid) return other;
    await end(other);
  }
  throw new Error(`no new process got pid ${pid} in ${TRIES} tries`);
}

/** A process in its own network namespace, after a command ran there. */
async function hold(command) {
  const script = `${command} && echo ready && exec sleep 600`;
  const child = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
