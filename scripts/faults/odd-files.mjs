import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindNames, kinds } from './odd-kinds.mjs';

const key = 'faults+odd+eth0';
const files = {
  'the lock of the attachment': 'libcni/locks/faults-odd-eth0',
  'the lock of collections': 'libcni/locks/.gc',
  'the lock of host ports': 'libcni/locks/.host-ports',
  'a journal entry': `libcni/journal/${key}.json`,
  'the note of an attachment': `libcni/attached/${key}`,
  'a cache entry': 'results/faults-odd-eth0',
};
/** Each state file is replaced by something else: another pod is still attached and detached. */
export const rows = Object.entries(files).map(([what, name]) => ({
  title: `${what} is replaced by something else (${kindNames}); another pod with a host port is attached, recovered and detached`,
  times: { short: Object.keys(kinds).length, long: Object.keys(kinds).length },
  run: (lab) => replaceEach(lab, join(lab.cacheDir, name)),
}));

async function replaceEach(lab, file) {
  const faults = [];
  const operator = await lab.operator();
  const pod = await lab.pod('other', 8081);
  await cycle(operator, pod);
  for (const [kind, make] of Object.entries(kinds)) {
    mkdirSync(dirname(file), { recursive: true });
    make(file);
    const fault = await cycle(operator, pod).catch((error) => error);
    if (fault instanceof Error) faults.push(`${kind}: ${fault.message}`);
    await operator.detach({ id: pod.id }, { timeoutMs: 5000 }).catch(() => {});
    rmSync(file, { recursive: true, force: true });
  }
  await operator[Symbol.asyncDispose]();
  await pod.remove();
  return { survived: Object.keys(kinds).length - faults.length, faults };
}

async function cycle(operator, pod) {
  const limits = { timeoutMs: 20_000 };
  await operator.attach(pod.request, limits);
  await operator.recover(limits);
  await operator.detach({ id: pod.id }, limits);
}
