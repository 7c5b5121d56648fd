import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ExecaError, execa } from 'execa';
import { LibcniError } from 'libcni';
import * as z from 'zod';
import { createWatched } from './conmon.js';
import { type ContainerRequest, containerSpec } from './container-spec.js';
import { type ContainerState, containerConfig } from './messages.js';

/** The record of a container on disk, `container.json`. Times are milliseconds since 1970. */
const recordSchema = z.object({
  id: z.string(),
  podId: z.string(),
  imageId: z.string(),
  config: containerConfig,
  logFile: z.string(),
  pid: z.number(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
});
type Record = z.infer<typeof recordSchema>;

/** A container and its state. */
export interface Container extends Record {
  readonly state: ContainerState;
  readonly finishedAt?: number | undefined;
  readonly exitCode?: number | undefined;
}

/** Containers of pods: a folder for each, which is also its bundle. Nothing is cached, so a restart loses nothing. */
export class Containers {
  readonly #state: string;
  readonly #root: string;

  /** @param folders - `state` for records and bundles, `root` for runc's own state */
  constructor({ state, root }: { readonly state: string; readonly root: string }) {
    this.#state = state;
    this.#root = root;
  }

  async create(request: ContainerRequest, signal: AbortSignal): Promise<string> {
    const id = randomBytes(32).toString('hex');
    try {
      await this.#make(id, request);
    } catch (error) {
      await this.#erase(id, signal);
      throw error;
    }
    return id;
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    const { state } = await this.get(id);
    if (state !== 'CONTAINER_CREATED')
      throw new LibcniError('ERR_CONFLICT', `container ${id} was already started`);
    await this.#runc(['start', id], signal);
    await this.#write({ ...(await this.#read(id)), startedAt: Date.now() });
  }

  /** Asks a container to end, and kills it after that time. Does nothing if it has ended. */
  async stop(id: string, graceMs: number, signal: AbortSignal): Promise<void> {
    if (await this.#hasEnded(id)) return;
    if (graceMs > 0) {
      await this.#runc(['kill', id, 'TERM'], signal).catch(() => {});
      if (await this.#untilEnded(id, graceMs, signal)) return;
    }
    await this.#runc(['kill', id, 'KILL'], signal).catch(() => {});
    if (await this.#untilEnded(id, 10_000, signal)) return;
    throw new LibcniError('ERR_TIMEOUT', `container ${id} did not end`);
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.stop(id, 0, signal);
    await this.#erase(id, signal);
  }

  /** Runs a command in a container. */
  async exec(
    id: string,
    { cmd, timeoutMs, signal }: { cmd: readonly string[]; timeoutMs: number; signal: AbortSignal },
  ): Promise<{ stdout: Uint8Array; stderr: Uint8Array; exitCode: number }> {
    const { state } = await this.get(id);
    if (state !== 'CONTAINER_RUNNING')
      throw new LibcniError('ERR_CONFLICT', `container ${id} is not running`);
    const pidFile = join(this.#folderOf(id), `exec-${randomBytes(8).toString('hex')}`);
    const result = await execa('runc', ['--root', this.#root, 'exec', '--pid-file', pidFile, id, ...cmd], {
      encoding: 'buffer',
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
      cancelSignal: signal,
      timeout: timeoutMs,
    });
    if (result.timedOut || result.isCanceled) await kill(pidFile);
    await rm(pidFile, { force: true });
    if (result.timedOut) throw new LibcniError('ERR_TIMEOUT', `${cmd[0]} did not end within ${timeoutMs} ms`);
    const { stdout, stderr, exitCode = 255 } = result;
    return { stdout, stderr, exitCode };
  }

  async ids(): Promise<string[]> {
    const folders = await readdir(this.#state).catch(() => []);
    return folders.filter((id) => existsSync(this.#recordOf(id)));
  }

  async get(id: string): Promise<Container> {
    const record = await this.#read(id);
    const exit = this.#exitOf(id);
    if (existsSync(exit)) {
      const exitCode = Number(await readFile(exit, 'utf8'));
      const finishedAt = (await stat(exit)).mtimeMs;
      return { ...record, state: 'CONTAINER_EXITED', exitCode, finishedAt };
    }
    // After a reboot, nobody knows how the process ended.
    if (!existsSync(`/proc/${record.pid}`))
      return { ...record, state: 'CONTAINER_EXITED', exitCode: 255, finishedAt: Date.now() };
    const state = record.startedAt === undefined ? 'CONTAINER_CREATED' : 'CONTAINER_RUNNING';
    return { ...record, state };
  }

  /** Containers by the beginning of their id and by pod, the newest first. */
  async list({ id: wanted = '', podId = '' }: { id?: string | undefined; podId?: string | undefined }) {
    const ids = (await this.ids()).filter((id) => id.startsWith(wanted));
    // Another call may remove one meanwhile.
    const found = await Promise.all(ids.map((id) => this.#getUnlessGone(id)));
    return found
      .filter((container) => container !== undefined)
      .filter((container) => container.podId.startsWith(podId))
      .sort((one, other) => other.createdAt - one.createdAt);
  }

  async #getUnlessGone(id: string): Promise<Container | undefined> {
    try {
      return await this.get(id);
    } catch (error) {
      if (existsSync(this.#recordOf(id))) throw error;
      return undefined;
    }
  }

  /** Removes containers that an earlier process had not finished creating. */
  async removeHalfMade(): Promise<void> {
    const folders = await readdir(this.#state).catch(() => []);
    for (const id of folders.filter((each) => !existsSync(this.#recordOf(each))))
      await this.#erase(id, AbortSignal.timeout(30_000));
  }

  /** Writes the record last: without it, the container counts as half created. */
  async #make(id: string, request: ContainerRequest): Promise<void> {
    const { pod, config, image, logFile } = request;
    const bundle = this.#folderOf(id);
    const exits = dirname(this.#exitOf(id));
    await mkdir(exits, { recursive: true, mode: 0o700 });
    // One program replaces thousands of calls here.
    await execa('cp', ['--archive', image.rootfs, join(bundle, 'rootfs')]);
    await writeFile(join(bundle, 'config.json'), JSON.stringify(containerSpec({ ...request, id })));
    const pid = await createWatched({ id, bundle, root: this.#root, exits, logFile, tty: config.tty });
    const record = { id, podId: pod.id, imageId: image.id, config, logFile, pid, createdAt: Date.now() };
    await this.#write(record);
  }

  async #erase(id: string, signal: AbortSignal): Promise<void> {
    await this.#runc(['delete', '--force', id], signal);
    // Without its record, it counts as half removed.
    await rm(this.#recordOf(id), { force: true });
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  async #untilEnded(id: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const end = Date.now() + timeoutMs;
    while (Date.now() < end) {
      if (await this.#hasEnded(id)) return true;
      await setTimeout(20, undefined, { signal });
    }
    return await this.#hasEnded(id);
  }

  async #hasEnded(id: string): Promise<boolean> {
    return (await this.get(id)).state === 'CONTAINER_EXITED';
  }

  async #runc(args: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      await execa('runc', ['--root', this.#root, ...args], { stdin: 'ignore', cancelSignal: signal });
    } catch (error) {
      const { stderr, shortMessage } = error as ExecaError;
      throw new LibcniError('ERR_RUNTIME', `${shortMessage}: ${stderr}`, { cause: error });
    }
  }

  async #read(id: string): Promise<Record> {
    return recordSchema.parse(JSON.parse(await readFile(this.#recordOf(id), 'utf8')));
  }

  async #write(record: Record): Promise<void> {
    const file = this.#recordOf(record.id);
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  #folderOf(id: string): string {
    return join(this.#state, id);
  }

  #recordOf(id: string): string {
    return join(this.#folderOf(id), 'container.json');
  }

  #exitOf(id: string): string {
    return join(this.#folderOf(id), 'exit', id);
  }
}

/** Kills the process whose pid is in a file: the command, not runc. runc may have ended it already. */
async function kill(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
