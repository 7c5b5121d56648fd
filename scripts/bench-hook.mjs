// Runs bench/hook.ts in its own namespaces: npm run bench:hook [-- rounds]
import { fileURLToPath } from 'node:url';
import { runIsolated } from './sandbox/isolate.mjs';

const bench = fileURLToPath(new URL('../bench/hook.ts', import.meta.url));
const loader = import.meta.resolve('tsx');
process.exitCode = await runIsolated([process.execPath, '--import', loader, bench, ...process.argv.slice(2)]);
