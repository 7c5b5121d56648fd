import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { build } from 'esbuild';
import { ContainerdServer } from '../../scripts/cri/containerd.mjs';
import { CriServer } from '../../scripts/cri/server.mjs';
import { projectFolder } from '../../scripts/setup/project.mjs';
import { repeat } from './repeat.js';
import type { Figures, Run, Task } from './task.js';

/** A running server, and a way to call it. */
interface Asked {
  readonly folder: string;
  readonly call: (method: string, request: object) => Promise<{ podSandboxId?: string }>;
}

/** A server takes seconds to start, and runs until the driver ends. */
let started: Promise<Asked> | undefined;
let pods = 0;

/** Runs, stops and removes sandboxes through a server for kubelet. */
export function criCycles(task: Task): Run {
  started ??= start(task);
  const server = started;
  return async () => {
    const { call } = await server;
    await repeat(task, async () => await remove(call, await runPod(call)));
  };
}

/** Runs sandboxes, measures the memory of the server, and removes them. */
export async function measureCriMemory(task: Task): Promise<Figures> {
  started ??= start(task);
  const { call, folder } = await started;
  const begin = performance.now();
  const ids: string[] = [];
  await repeat(task, async () => ids.push(await runPod(call)));
  const memoryMebibytes = memoryOf(folder);
  await repeat(task, async (index) => await remove(call, ids[index] ?? ''));
  return { wallMs: performance.now() - begin, memoryMebibytes };
}

async function start({
  server: name,
  proto = '',
  pluginDir = '',
  cacheDir: folder = '',
}: Task): Promise<Asked> {
  process.env.CNI_PATH = pluginDir;
  const server =
    name === 'containerd'
      ? new ContainerdServer({ folder })
      : new CriServer({ folder, proto, program: [process.execPath, await compiledExample()] });
  await server.prepare();
  await server.start();
  process.once('exit', () => void server.end('SIGKILL'));
  const client = await connect(proto, server.socket);
  const call: Asked['call'] = (method, request) =>
    new Promise((resolve, reject) => {
      const ask: unknown = Reflect.get(client, method);
      if (typeof ask !== 'function') throw new Error(`CRI has no ${method}`);
      ask.call(client, request, (error: Error | null, answer: object) =>
        error ? reject(error) : resolve(answer),
      );
    });
  return { folder, call };
}

/** Compiles the example, as for production use, so that no compiler runs with it. */
async function compiledExample(): Promise<string> {
  const outfile = join(projectFolder, 'test/cri/build/server.mjs');
  const entryPoints = [join(projectFolder, 'examples/cri-server/main.ts')];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  return outfile;
}

async function connect(proto: string, socket: string): Promise<Client> {
  const { runtime } = loadPackageDefinition(await load(proto, { longs: Number }));
  const { v1 } = runtime as unknown as { v1: { RuntimeService: ServiceClientConstructor } };
  return new v1.RuntimeService(`unix:${socket}`, credentials.createInsecure());
}

async function runPod(call: Asked['call']): Promise<string> {
  const name = `pod-${pods++}`;
  const metadata = { name, namespace: 'bench', uid: `uid-of-${name}`, attempt: 0 };
  const config = { metadata, hostname: name, logDirectory: join('/run/bench-log', name), linux: {} };
  return (await call('RunPodSandbox', { config })).podSandboxId ?? '';
}

async function remove(call: Asked['call'], podSandboxId: string): Promise<void> {
  await call('StopPodSandbox', { podSandboxId });
  await call('RemovePodSandbox', { podSandboxId });
}

/** MiB of memory of a server and its helpers, found by their command lines, without the processes of pods. */
function memoryOf(folder: string): number {
  const all = processes();
  const own = all.filter(({ command }) => command.includes(folder));
  const helpers = all.filter(
    ({ command, parent }) => command.includes('cni-helper') && own.some(({ pid }) => pid === parent),
  );
  return [...own, ...helpers].reduce((sum, { pid }) => sum + proportionalKibibytes(pid), 0) / 1024;
}

function processes() {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    const parent = /\) \S (\d+)/.exec(textOf(`/proc/${pid}/stat`))?.[1];
    return { pid, parent, command: textOf(`/proc/${pid}/cmdline`) };
  });
}

function proportionalKibibytes(pid: string): number {
  return Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
