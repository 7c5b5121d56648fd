import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('worker.mjs', import.meta.url));

/** Kills at random moments of attach and detach, each followed by one `recover()`. */
export const rows = ['Node', 'the helper', 'both'].map((victim) => ({
  title: `${victim} killed at a random moment of attach and detach, then one \`recover()\``,
  times: { short: 10, long: 200 },
  run: (lab, times, random) => killOften({ lab, times, random, victim }),
}));

async function killOften({ lab, times, random, victim }) {
  const operator = await lab.operator();
  const pod = await lab.pod('killed');
  const windowMs = await warmUp(operator, pod);
  const before = lab.stock();
  const faults = [];
  for (let time = 1; time <= times; time += 1) {
    await killOnce({ lab, pod, victim, waitMs: random() * windowMs });
    const found = await recovered(operator, pod);
    const left = [...found, ...(await lab.left(before))];
    if (left.length > 0) faults.push(`${victim} ${time}: ${left.slice(0, 4).join('; ')}`);
    await operator.gc({ valid: [] });
  }
  await operator[Symbol.asyncDispose]();
  await pod.remove();
  return { survived: times - faults.length, faults };
}

/** How long one attach and one detach take. */
async function warmUp(operator, pod) {
  let tookMs = 0;
  for (let time = 0; time < 2; time += 1) {
    const start = performance.now();
    await operator.attach(pod.request);
    await operator.detach({ id: pod.id });
    tookMs = performance.now() - start;
  }
  return tookMs;
}

async function killOnce({ lab, pod: { request }, victim, waitMs }) {
  const settings = { ...lab.options, pod: request };
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  child.stdin.on('error', () => {});
  let helper = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('helper ')) helper = Number(line.slice('helper '.length));
    if (line === 'ready') break;
  }
  child.stdin.write('go\n');
  await sleep(waitMs);
  if (victim !== 'Node') killIfThere(helper);
  if (victim !== 'the helper') child.kill('SIGKILL');
  await ended;
}

function killIfThere(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The work was done, and the helper has ended.
  }
}

/** Recovers and detaches. A whole attachment counts as recovered too. @returns what is wrong */
async function recovered(operator, { id }) {
  const { busy, failed } = await operator.recover();
  const checked = await operator.check({ id });
  const broken = checked.filter(({ ifName, status }) => ifName !== 'lo' && status === 'failed');
  await operator.detach({ id });
  return [
    ...busy.map(() => 'busy'),
    ...failed.map(({ error }) => `recover: ${error.message}`),
    ...broken.map(({ error }) => `an incomplete attachment: ${error?.message}`),
  ];
}
