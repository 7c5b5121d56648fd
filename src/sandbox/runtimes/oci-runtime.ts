import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError } from '../../errors/system-error.js';
import { makeFolders } from '../../files/make-folders.js';
import { readRegularFile } from '../../files/read-local-file.js';
import { writeFileAtomic } from '../../files/write-file-atomic.js';
import { identifyProcess, isAlive, type ProcessIdentity } from '../state/process-identity.js';
import { untilEnded } from './end-process.js';
import { keepAddresses } from './kept-addresses.js';
import type { OciSpec } from './oci-spec.js';
import { hintOfProgram, refuseNoFolder } from './root-file-system.js';
import { type RuntimeOutcome, runCommand } from './run-command.js';
import type { Runtime, RuntimeListing, RuntimeOptions, RuntimeSandbox, RuntimeStatus } from './runtime.js';
import { type SandboxProcess, sandboxSpec } from './sandbox-spec.js';

/** How to use a program with the command line of runc. */
export interface OciProgram {
  /** Absolute path. */
  readonly program: string;
  /** The folder of its own state; on a file system that a reboot clears. */
  readonly root: string;
  /** Options of the program, put before every command. */
  readonly globalArgs: readonly string[];
  /** The process of a sandbox. */
  readonly process: SandboxProcess;
  /** Changes the specification of a sandbox before it is written. @default leaves it as it is */
  readonly editSpec?: ((spec: OciSpec, sandbox: RuntimeSandbox) => OciSpec) | undefined;
  /** Milliseconds for each command. */
  readonly timeoutMs: number;
  /** Whether it moves the addresses of a namespace into a network stack of its own. */
  readonly takesAddresses: boolean;
}

/** How long to wait for a killed process to be gone. */
const KILLED_MS = 10_000;

const stateSchema = lazy(() =>
  z.looseObject({ id: z.string(), status: z.string(), pid: z.number().optional() }),
);
const listSchema = lazy(() => z.array(z.looseObject({ id: z.string(), bundle: z.string() })).nullable());

/** A runtime that uses a program with the command line of runc. */
export class OciRuntime implements Runtime {
  readonly #use: OciProgram;
  /** The processes that were created here, so that the runtime need not be asked. */
  readonly #made = new Map<string, { process: ProcessIdentity; state: 'created' | 'running' }>();

  constructor(use: OciProgram) {
    this.#use = use;
  }

  /** A specification that is edited may have another root file system. */
  async check(): Promise<void> {
    const { editSpec, process } = this.#use;
    if (editSpec === undefined) refuseNoFolder(process.rootfs);
  }

  async create(sandbox: RuntimeSandbox, options: RuntimeOptions = {}): Promise<RuntimeStatus> {
    const { process, editSpec, takesAddresses, timeoutMs } = this.#use;
    const { netns, folder } = sandbox;
    if (takesAddresses && netns) await keepAddresses({ netns, folder }, { timeoutMs, ...options });
    const made = sandboxSpec(sandbox, process);
    const spec = editSpec?.(made, sandbox) ?? made;
    const state = { mode: 0o600, dirMode: 0o700, sync: false };
    await writeFileAtomic({
      file: join(sandbox.folder, 'config.json'),
      data: JSON.stringify(spec),
      ...state,
    });
    await appendFile(sandbox.logFile, '', { mode: 0o640 });
    await makeFolders(this.#use.root, 0o711);
    const log = join(sandbox.folder, 'runtime.log');
    const pidFile = join(sandbox.folder, 'pid');
    const given = ['--log', log, '--log-format', 'json', 'create', '--bundle', sandbox.folder];
    const outcome = await this.#run([...given, '--pid-file', pidFile, sandbox.id], options, {
      outputFile: sandbox.logFile,
    });
    if (outcome.exitCode !== 0)
      throw this.#failure('create', sandbox.id, outcome, { log, hint: hintOfProgram(spec) });
    return this.#created(sandbox.id, readPid(sandbox.id, pidFile));
  }

  #created(id: string, pid: number): RuntimeStatus {
    const process = identifyProcess(pid);
    if (process !== undefined) this.#made.set(id, { process, state: 'created' });
    return { state: 'created', pid };
  }

  async start(id: string, options: RuntimeOptions = {}): Promise<void> {
    const outcome = await this.#run(['start', id], options);
    if (outcome.exitCode !== 0) throw this.#failure('start', id, outcome);
    const made = this.#made.get(id);
    if (made !== undefined) made.state = 'running';
  }

  async stop(id: string, graceMs: number, options: RuntimeOptions = {}): Promise<void> {
    const { state, pid, process } = await this.#processOf(id, options);
    if (state === 'absent' || state === 'stopped') return;
    const hasEnded = process
      ? () => !isAlive(process)
      : async () => (await this.status(id, options)).state !== 'running';
    // A process that has not been started yet does not react to a signal.
    if (state === 'running' && graceMs > 0) {
      await this.#kill(id, 'TERM', options);
      if (await untilEnded(hasEnded, graceMs, options.signal)) return;
    }
    await this.#kill(id, 'KILL', options);
    if (await untilEnded(hasEnded, KILLED_MS, options.signal)) return;
    const summary = `the process of the sandbox has not ended ${KILLED_MS} ms after it was killed`;
    throw new LibcniError('ERR_RUNTIME', summary, { containerId: id, value: pid });
  }

  async remove(id: string, options: RuntimeOptions = {}): Promise<void> {
    this.#made.delete(id);
    const outcome = await this.#run(['delete', '--force', id], options);
    if (outcome.exitCode === 0) return;
    if ((await this.status(id, options)).state !== 'absent') throw this.#failure('delete', id, outcome);
  }

  async status(id: string, options: RuntimeOptions = {}): Promise<RuntimeStatus> {
    const outcome = await this.#run(['state', id], options);
    if (outcome.exitCode !== 0) {
      const isThere = (await this.#listed(options)).some((found) => found.id === id);
      if (isThere) throw this.#failure('state', id, outcome);
      return { state: 'absent' };
    }
    const { status, pid } = this.#parse(stateSchema(), 'state', outcome);
    // runsc reports an ended process as running until its parent has reaped it.
    if (status === 'stopped' || (pid && identifyProcess(pid) === undefined)) return { state: 'stopped' };
    // A paused process exists, and so does one that is about to be created.
    const state = status === 'created' || status === 'creating' ? 'created' : 'running';
    return { state, ...(pid && { pid }) };
  }

  async list(options: RuntimeOptions = {}): Promise<RuntimeListing[]> {
    return (await this.#listed(options)).map(({ id, bundle }) => ({ id, folder: bundle }));
  }

  async #listed(options: RuntimeOptions): Promise<NonNullable<z.infer<ReturnType<typeof listSchema>>>> {
    const outcome = await this.#run(['list', '--format=json'], options);
    if (outcome.exitCode !== 0) throw this.#failure('list', undefined, outcome);
    return this.#parse(listSchema(), 'list', outcome) ?? [];
  }

  async #processOf(id: string, options: RuntimeOptions): Promise<KnownProcess> {
    const made = this.#made.get(id);
    if (made !== undefined)
      return { ...made, state: isAlive(made.process) ? made.state : 'stopped', pid: made.process.pid };
    const { state, pid } = await this.status(id, options);
    return { state, pid, process: pid === undefined ? undefined : identifyProcess(pid) };
  }

  async #kill(id: string, signal: string, options: RuntimeOptions): Promise<void> {
    const outcome = await this.#run(['kill', id, signal], options);
    if (outcome.exitCode === 0) return;
    // It may have ended meanwhile.
    const { state } = await this.status(id, options);
    if (state === 'created' || state === 'running') throw this.#failure('kill', id, outcome);
  }

  async #run(
    args: readonly string[],
    { signal, timeoutMs = this.#use.timeoutMs }: RuntimeOptions,
    more: { readonly outputFile?: string } = {},
  ): Promise<RuntimeOutcome> {
    const { program, root, globalArgs } = this.#use;
    return await runCommand({
      program,
      args: ['--root', root, ...globalArgs, ...args],
      signal,
      timeoutMs,
      ...more,
    });
  }

  #parse<Output>(schema: z.ZodType<Output>, command: string, { stdout }: RuntimeOutcome): Output {
    try {
      return schema.parse(JSON.parse(stdout.trim() || 'null'));
    } catch (cause) {
      const summary = `${this.#use.program} ${command} printed unexpected output`;
      throw new LibcniError('ERR_RUNTIME', summary, { cause, value: stdout.slice(0, 1000) });
    }
  }

  /** The log is quoted and not named: it goes with the sandbox, when that is undone. */
  #failure(
    command: string,
    containerId: string | undefined,
    { exitCode, signal, stderr }: RuntimeOutcome,
    { log, hint = '' }: { readonly log?: string; readonly hint?: string } = {},
  ): LibcniError {
    const logged = log === undefined ? '' : readLog(log);
    const said = (lastMessage(logged) || stderr.trim()).slice(-1000);
    const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
    const failed = `${this.#use.program} ${command} failed with ${how}${said === '' ? '' : `: ${said}`}`;
    const summary = hint === '' ? failed : `${failed}; ${hint}`;
    return new LibcniError('ERR_RUNTIME', summary, { containerId, value: exitCode });
  }
}

/** A runtime that succeeds has written it. */
function readPid(containerId: string, file: string): number {
  try {
    return Number(readRegularFile(file).toString());
  } catch (cause) {
    const summary = `the process id of the sandbox cannot be read: ${asError(cause).message}`;
    throw new LibcniError('ERR_RUNTIME', summary, { containerId, file, cause });
  }
}

/** Empty if there is none. */
function readLog(file: string): string {
  try {
    return readRegularFile(file).toString();
  } catch {
    return '';
  }
}

interface KnownProcess extends RuntimeStatus {
  readonly process: ProcessIdentity | undefined;
}

const messageSchema = lazy(() => z.looseObject({ msg: z.string() }));

/** The last message in a log of JSON lines. */
function lastMessage(log: string): string {
  const line = log.trim().split('\n').at(-1) ?? '';
  try {
    return messageSchema().parse(JSON.parse(line)).msg;
  } catch {
    return line;
  }
}
