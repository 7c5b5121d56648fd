// scripts/cri.mjs runs this in separate namespaces. The arguments are the tools, and the server to test.
import { mkdtemp, rm } from 'node:fs/promises';
import { ContainerdServer } from './containerd.mjs';
import { runCritest } from './critest.mjs';
import { writeControl, writeReport } from './report.mjs';
import { removeAllPods, scenarios } from './scenarios.mjs';
import { CriServer } from './server.mjs';

const { crictl, critest, proto } = JSON.parse(process.argv[2]);
const isControl = process.argv[3] === 'containerd';
const folder = await mkdtemp('/tmp/libcni-cri-');
const server = isControl ? new ContainerdServer({ folder }) : new CriServer({ folder, proto });
await server.prepare();
await server.start();
try {
  const isWhole = isControl ? await judgeControl() : await judge();
  process.exitCode = isWhole ? 0 : 1;
} finally {
  // Pods outlive the server, and so do those of a failed spec.
  await removeAllPods({ crictl, server }).catch((error) => console.error(error.message));
  await server.end('SIGTERM');
  if (process.exitCode === 0) await rm(folder, { recursive: true });
  else console.log(`logs and state are in ${folder}`);
}

async function judge() {
  const checked = await runScenarios();
  const specs = await runCritest({ critest, folder, socket: server.socket });
  for (const { name, outcome, reason } of specs) console.log(`${outcome}: ${name}${reason}`);
  await writeReport({ checked, specs });
  const failed = [...checked, ...specs].filter(({ outcome }) => outcome !== 'passed');
  console.log(`${checked.length + specs.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 && specs.length > 0;
}

/** The server of this library must pass every spec that containerd passes. */
async function judgeControl() {
  const specs = await runCritest({ critest, folder, socket: server.socket });
  for (const { name, outcome } of specs) console.log(`containerd, ${outcome}: ${name}`);
  const behind = await writeControl(specs);
  for (const name of behind) console.log(`containerd passes this spec, but this library does not: ${name}`);
  return behind.length === 0 && specs.length > 0;
}

async function runScenarios() {
  const checked = [];
  for (const { name, run } of scenarios({ crictl, server })) {
    const error = await run().then(
      () => undefined,
      (reason) => reason,
    );
    const outcome = error === undefined ? 'passed' : 'failed';
    console.log(`${outcome}: ${name}${error ? `\n${error.stack}\n${error.stderr ?? ''}` : ''}`);
    checked.push({ name, outcome });
  }
  return checked;
}
