import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { currentFolder } from '../platform/helper/current-folder.js';
import type { HelperClient, SpawnOutcome } from '../platform/helper/index.js';
import { execFailure } from './exec-failure.js';
import { findCommand } from './find-command.js';

/** How to run a command in a namespace. */
export interface NetnsExecOptions {
  /** The whole environment of the command. @default that of this process */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What it reads on its standard input. @default nothing */
  readonly stdin?: string | Uint8Array | undefined;
  /** The folder to start in. @default that of this process, or `/` if that is gone */
  readonly cwd?: string | undefined;
  /** Milliseconds after which the command and its group are ended. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between TERM and KILL. @default 2000 */
  readonly graceMs?: number | undefined;
  /** Ends the command in the same way as the time limit. */
  readonly signal?: AbortSignal | undefined;
}

/** How a command ended. A failing exit code is a result, not an error. */
export interface NetnsExecResult {
  /** `null` if a signal ended the command. */
  readonly exitCode: number | null;
  /** The signal's name; `null` if the command exited. */
  readonly signal: string | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
}

/** A command with its namespace. */
export interface NetnsCommand extends NetnsExecOptions {
  readonly helper: HelperClient;
  readonly netns: string;
  readonly file: string;
  readonly args: readonly string[];
}

/** Runs a command in the namespace. Only its network differs from a run outside. */
export async function execInNetns(command: NetnsCommand): Promise<NetnsExecResult> {
  const { helper, netns, file, args, cwd, ...rest } = command;
  const env = definedOnly(command.env ?? process.env);
  const path = await findCommand(file, { path: env.PATH ?? process.env.PATH, cwd: cwd ?? currentFolder() });
  try {
    const outcome = await helper.spawn({ ...rest, path, argv: [file, ...args], env, cwd, netns });
    return takeResult(command, outcome);
  } catch (error) {
    throw execFailure(command, error);
  }
}

function takeResult(
  { file, netns, timeoutMs, signal }: NetnsCommand,
  outcome: SpawnOutcome,
): NetnsExecResult {
  const what = `command ${file} in network namespace ${netns}`;
  const said = describeStderr(outcome.stderr);
  if (outcome.ended === 'deadline')
    throw new LibcniError('ERR_TIMEOUT', `${what} did not end within ${timeoutMs} ms${said}`, {
      value: timeoutMs,
    });
  if (outcome.ended === 'cancelled') throw abortedError(signal, `${what} was ended by the caller${said}`);
  if (outcome.ended === 'output-limit')
    throw new LibcniError('ERR_NETNS', `${what} printed more than 16 MiB and was ended${said}`, {
      value: netns,
    });
  const { exitCode, signal: endedBy, stdout, stderr } = outcome;
  return { exitCode, signal: endedBy, stdout, stderr };
}

/** The reason is at the end of the string. */
function describeStderr(stderr: string): string {
  const end = stderr.trim().slice(-1000).toWellFormed();
  return end === '' ? '' : `; it wrote to stderr: ${JSON.stringify(end)}`;
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
