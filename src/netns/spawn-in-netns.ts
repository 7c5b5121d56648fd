import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { asError } from '../errors/system-error.js';
import { currentFolder } from '../platform/helper/current-folder.js';
import type { NetnsExecOptions } from './exec-in-netns.js';
import { findCommand } from './find-command.js';

/** How to run a command with streams. */
export type NetnsSpawnOptions = Omit<NetnsExecOptions, 'stdin'>;

/** How a command with streams ended. */
export interface NetnsExit {
  /** `null` if a signal ended the command. */
  readonly exitCode: number | null;
  /** The signal's name; `null` if the command exited. */
  readonly signal: string | null;
}

/** A command that runs in a namespace. It is the leader of a process group of its own. */
export interface NetnsProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Settles once the command has ended and its streams are closed. A failing exit code is a result. Rejects with
   * LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` if a limit has ended it.
   */
  readonly ended: Promise<NetnsExit>;
  /** Sends a signal to the command and its group. @param signal - @default `SIGTERM` */
  kill(signal?: NodeJS.Signals): void;
}

/** A command with its namespace. */
export interface SpawnedCommand extends NetnsSpawnOptions {
  /** The program that enters the namespace and becomes the command. */
  readonly helperPath: string;
  readonly netns: string;
  readonly file: string;
  readonly args: readonly string[];
}

const GRACE_MS = 2000;

/** Starts a command in the namespace. The helper program turns into the command, so that pid and streams are its own. */
export async function spawnInNetns(command: SpawnedCommand): Promise<NetnsProcess> {
  const { helperPath, netns, file, args, env, cwd, signal } = command;
  if (signal?.aborted) throw abortedError(signal, `command ${file} was not started`);
  const variables = env ?? process.env;
  const path = variables.PATH ?? process.env.PATH;
  const program = await findCommand(file, { path, cwd: cwd ?? currentFolder() });
  const child = spawn(helperPath, ['exec', netns, '--', program, ...args], {
    env: variables,
    cwd,
    detached: true,
    stdio: 'pipe',
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const summary = `command ${file} cannot be started: ${asError(cause).message}`;
    throw new LibcniError('ERR_NETNS', summary, { value: file, cause });
  }
  return withLimits(child, command);
}

function withLimits(child: ChildProcessWithoutNullStreams, command: SpawnedCommand): NetnsProcess {
  const { pid = 0, stdin, stdout, stderr } = child;
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) signalGroup(pid, signal);
  };
  // A caller that never asks how it ended must not get an unhandled rejection.
  const ended = waitForEnd(child, kill, command);
  ended.catch(() => {});
  return { pid, stdin, stdout, stderr, ended, kill };
}

/** The whole group may be gone. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {}
}

async function waitForEnd(
  child: ChildProcessWithoutNullStreams,
  kill: (signal?: NodeJS.Signals) => void,
  { file, netns, signal, timeoutMs, graceMs = GRACE_MS }: SpawnedCommand,
): Promise<NetnsExit> {
  const what = `command ${file} in network namespace ${netns}`;
  const timers: NodeJS.Timeout[] = [];
  let reason: (() => LibcniError) | undefined;
  const end = (why: () => LibcniError) => {
    reason ??= why;
    kill();
    timers.push(setTimeout(kill, graceMs, 'SIGKILL'));
  };
  const late = () => new LibcniError('ERR_TIMEOUT', `${what} did not end within ${timeoutMs} ms`);
  const onAbort = () => end(() => abortedError(signal, `${what} was ended by the caller`));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (Number.isFinite(timeoutMs)) timers.push(setTimeout(end, timeoutMs, late));
  const [exitCode, endedBy] = await once(child, 'close');
  for (const timer of timers) clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  if (reason) throw reason();
  return { exitCode, signal: endedBy };
}
