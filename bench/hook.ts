// Measures the time of an OCI hook beyond the attach itself, with runc: npm run bench:hook [-- rounds]
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CNIOperator, installHooks, type OciHook, servedHooks, serveHooks } from '../src/index.js';
import { buildTimedRun } from './build-programs.js';
import { spreadOf } from './measure/statistics.js';
import { timeProgram } from './measure/time-program.js';

const run = promisify(execFile);
const rounds = Number(process.argv[2] ?? 20);
const folder = await mkdtemp('/tmp/libcni-bench-hook-');
const bundle = `${folder}/bundle`;
const timedRun = buildTimedRun(folder);
const own: Record<'attach' | 'detach', number> = { attach: 0, detach: 0 };
let servedMs = 0;

await using operator = await makeOperator();
const server = await serveHooks({ operator, stateDir: `${folder}/state`, socket: `${folder}/hook.sock` });
server.on('hook', ({ durationMs }) => {
  servedMs = durationMs;
});
const hooks = servedHooks({ socket: server.socket });
await makeBundle();
const figures = new Map<string, number[]>();
// The first rounds read programs from disk.
for (let round = -2; round < rounds; round++)
  for (const [name, ms] of Object.entries(await measure(`bench-${round + 2}`)))
    if (round >= 0) figures.set(name, [...(figures.get(name) ?? []), ms]);
await server.close();
await rm(folder, { recursive: true });

console.log(`ms, of ${rounds} containers of runc`.padEnd(52), 'min'.padStart(7), 'median', '    max');
for (const [name, all] of figures) {
  const { min, median, max } = spreadOf(all);
  console.log(name.padEnd(50), ...[min, median, max].map((ms) => ms.toFixed(1).padStart(7)));
}

/** Creates and deletes a container. runc starts each hook inside a program that times it. */
async function measure(id: string): Promise<Readonly<Record<string, number>>> {
  await runc('create', '--bundle', bundle, id);
  const created = { hook: await timeOf('createRuntime'), served: servedMs, attach: own.attach };
  await runc('delete', '--force', id);
  const deleted = { hook: await timeOf('poststop'), detach: own.detach };
  const { wallMs: bare } = await timeProgram(timedRun, [hooks.createRuntime.path, '--version']);
  return {
    'attach itself': created.attach,
    'serving createRuntime, over the attach': created.served - created.attach,
    'createRuntime as runc sees it, over the attach': created.hook - created.attach,
    'detach itself': deleted.detach,
    'poststop as runc sees it, over the detach': deleted.hook - deleted.detach,
    'the native helper doing nothing (--version)': bare,
  };
}

/** Does not read the output of runc, because the container keeps it open. */
async function runc(...args: readonly string[]): Promise<void> {
  const child = spawn('runc', ['--root', `${folder}/runc`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`runc ${args.join(' ')} ended with ${code}`);
}

async function timeOf(event: string): Promise<number> {
  return Number((await readFile(`${folder}/${event}`, 'utf8')).split(' ')[0]) / 1e6;
}

/** An operator whose attach and detach are timed. */
async function makeOperator(): Promise<CNIOperator> {
  const ipam = { type: 'host-local', dataDir: `${folder}/leases`, subnet: '10.86.0.0/16' };
  const conf = { cniVersion: '1.0.0', name: 'web', plugins: [{ type: 'ptp', ipam }] };
  await writeFile(`${folder}/web.conflist`, JSON.stringify(conf));
  const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
  const made = await CNIOperator.create({ confDir: folder, binDirs, cacheDir: `${folder}/cache` });
  const [attach, detach] = [made.attach.bind(made), made.detach.bind(made)];
  made.attach = (...given) => timed('attach', () => attach(...given));
  made.detach = (...given) => timed('detach', () => detach(...given));
  return made;
}

async function timed<Value>(what: keyof typeof own, work: () => Promise<Value>): Promise<Value> {
  const start = performance.now();
  const value = await work();
  own[what] = performance.now() - start;
  return value;
}

/** Writes a bundle with `runc spec`, and adds our hooks. */
async function makeBundle(): Promise<void> {
  await mkdir(`${bundle}/rootfs/bin`, { recursive: true });
  const { stdout: busybox } = await run('sh', ['-c', 'command -v busybox']);
  await copyFile(busybox.trim(), `${bundle}/rootfs/bin/busybox`);
  await run('runc', ['spec', '--bundle', bundle]);
  const file = `${bundle}/config.json`;
  const spec = JSON.parse(await readFile(file, 'utf8'));
  const process = { ...spec.process, terminal: false, args: ['/bin/busybox', 'sleep', '60'] };
  await writeFile(file, JSON.stringify({ ...spec, process }));
  await installHooks(bundle, {
    createRuntime: timing(hooks.createRuntime, 'createRuntime'),
    poststop: timing(hooks.poststop, 'poststop'),
  });
}

/** A hook that starts the given one without Node or a shell in between, and writes down how long it took. */
function timing({ path, args = [] }: OciHook, event: string): OciHook {
  const words = [timedRun, '1', path, ...args.slice(1)].join(' ');
  return { path: '/bin/sh', args: ['sh', '-c', `exec ${words} > ${folder}/${event}`] };
}
