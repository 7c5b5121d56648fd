import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('pids-worker.mjs', import.meta.url));
const times = { short: 5, long: 50 };
const ended =
  'the process with the namespace of a pod ends, and another process with an `eth0` gets its pid;';

/** Reused process ids, in a pid namespace where they can be chosen. */
export const rows = [
  {
    title: `${ended} the \`eth0\` of the other one stays; address and port are free`,
    network: { ipMasq: false },
    times,
    run: (lab, wanted) => runWorker(lab, { times: wanted, isPinned: false }),
  },
  {
    title: `${ended} \`pinNetns\` had pinned the namespace, and everything of the pod is removed`,
    times,
    run: (lab, wanted) => runWorker(lab, { times: wanted, isPinned: true }),
  },
];

async function runWorker(lab, settings) {
  const outcome = join(lab.root, 'outcome.json');
  const given = { ...settings, lab: lab.settings, outcome };
  const args = ['--pid', '--fork', '--mount-proc', process.execPath, program, JSON.stringify(given)];
  const { status } = spawnSync('unshare', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) return { survived: 0, faults: [`the program ended with ${status}`] };
  return JSON.parse(readFileSync(outcome, 'utf8'));
}
