// Runs examples/demo.ts: npm run demo
import { fileURLToPath } from 'node:url';
import { canIsolate, isolationHint } from './sandbox/isolate.mjs';
import { runExample } from './sandbox/run-example.mjs';

if (await canIsolate()) {
  console.log('This runs in its own network and mount namespaces and does not change the machine.');
  process.exitCode = await runExample(fileURLToPath(new URL('../examples/demo.ts', import.meta.url)));
} else {
  console.error(isolationHint);
  process.exitCode = 1;
}
