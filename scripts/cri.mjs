// Tests the server of examples/cri-server with kubelet's own tools, and writes docs/cri.md: npm run test:cri
import { fileURLToPath } from 'node:url';
import { buildCriTools } from './cri/tools.mjs';
import { canIsolate, isolationHint, runIsolated } from './sandbox/isolate.mjs';
import { runMain } from './setup/main.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

const judge = fileURLToPath(new URL('cri/judge.mjs', import.meta.url));

await runMain(async () => {
  const tools = buildCriTools();
  if (tools === undefined) return;
  if (!(await canIsolate())) throw new SetupFailure(isolationHint);
  // Each in its own namespaces, one after the other, since both use all processors.
  const statuses = [];
  for (const server of ['ours', 'containerd'])
    statuses.push(await runIsolated([process.execPath, judge, JSON.stringify(tools), server]));
  process.exitCode = Math.max(...statuses);
});
