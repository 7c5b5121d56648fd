// What an OCI hook takes beyond the attach itself: npm run bench:hook [-- rounds]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AttachResult, CNIOperator, servedHooks, serveHooks } from '../src/index.js';
import { spreadOf } from './measure/statistics.js';

const rounds = Number(process.argv[2] ?? 20);
const folder = await mkdtemp('/tmp/libcni-bench-hook-');
const stateDir = `${folder}/state`;
const cacheDir = `${folder}/cache`;
await mkdir(`${folder}/bundle`);
await writeFile(
  `${folder}/bundle/config.json`,
  JSON.stringify({ linux: { namespaces: [{ type: 'network' }] } }),
);
const ipam = { type: 'host-local', dataDir: `${folder}/leases`, subnet: '10.86.0.0/16' };
const plugins = [{ type: 'ptp', ipam }];
await writeFile(`${folder}/web.conflist`, JSON.stringify({ cniVersion: '1.0.0', name: 'web', plugins }));
const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');

const operator = await CNIOperator.create({ confDir: folder, binDirs, cacheDir });
let attachMs = 0;
const attach = operator.attach.bind(operator);
operator.attach = async (...given): Promise<AttachResult> => {
  const start = performance.now();
  const result = await attach(...given);
  attachMs = performance.now() - start;
  return result;
};
const server = await serveHooks({ operator, stateDir, socket: `${folder}/hook.sock` });
const { createRuntime, poststop } = servedHooks({ socket: server.socket });
const overWhole: number[] = [];
const overServer: number[] = [];
const attaches: number[] = [];
const starts: number[] = [];
let servedMs = 0;
server.on('hook', ({ durationMs }) => {
  servedMs = durationMs;
});
for (let round = 0; round < rounds + 2; round++) {
  const container = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
  await new Promise((settle) => setTimeout(settle, 100));
  const wholeMs = await hook(createRuntime, state(`bench-${round}`, container));
  const startMs = await hook({ ...createRuntime, args: ['cni-helper', '--version'] }, '');
  // The first rounds read programs from disk.
  if (round >= 2) {
    attaches.push(attachMs);
    starts.push(startMs);
    overServer.push(servedMs - attachMs);
    overWhole.push(wholeMs - attachMs);
  }
  container.kill('SIGKILL');
  await once(container, 'exit');
  await hook(poststop, state(`bench-${round}`));
}
console.log(`attach itself:                         ${spreadOf(attaches).median.toFixed(1)} ms`);
console.log(`serving, over the attach:              ${spreadOf(overServer).median.toFixed(1)} ms`);
console.log(`the whole hook, over the attach:       ${spreadOf(overWhole).median.toFixed(1)} ms`);
console.log(`of that, Node starting any program:    ${spreadOf(starts).median.toFixed(1)} ms`);
await server.close();
await operator[Symbol.asyncDispose]();
await rm(folder, { recursive: true });

function state(id: string, container?: ChildProcess): string {
  const status = container === undefined ? 'stopped' : 'created';
  return JSON.stringify({ ociVersion: '1.0.2', id, status, pid: container?.pid, bundle: `${folder}/bundle` });
}

async function hook({ path, args = [] }: typeof createRuntime, stdin: string): Promise<number> {
  const start = performance.now();
  const child = spawn(path, args.slice(1), { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the hook ended with ${code}`);
  return performance.now() - start;
}
