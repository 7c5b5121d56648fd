// What scripts/cri.mjs runs, in namespaces of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { runCritest } from './critest.mjs';
import { writeReport } from './report.mjs';
import { removeAllPods, scenarios } from './scenarios.mjs';
import { CriServer } from './server.mjs';

const { crictl, critest, proto } = JSON.parse(process.argv[2]);
const folder = await mkdtemp('/tmp/libcni-cri-');
const server = new CriServer({ folder, proto });
await server.prepare();
await server.start();
try {
  const checked = await runScenarios();
  const specs = await runCritest({ critest, folder, socket: server.socket });
  await writeReport({ checked, specs });
  const failed = [...checked, ...specs].filter(({ outcome }) => outcome !== 'passed');
  console.log(`${checked.length + specs.length - failed.length} passed, ${failed.length} did not`);
  process.exitCode = failed.length === 0 && specs.length > 0 ? 0 : 1;
} finally {
  // Pods outlive the server: those of a spec that failed too.
  await removeAllPods({ crictl, server }).catch((error) => console.error(error.message));
  await server.end('SIGTERM');
  if (process.exitCode === 0) await rm(folder, { recursive: true });
  else console.log(`what is left is in ${folder}`);
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
