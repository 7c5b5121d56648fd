import type { Result } from 'execa';
import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { SpawnError } from '../../helper/spawn-error.js';
import type { SpawnOutcome, SpawnRequest } from '../../helper/types.js';
import { findInPath } from './find-in-path.js';
import { superviseGroup } from './process-group.js';
import { runProgram } from './run-program.js';
import { collectTail } from './stderr-tail.js';
import type { Exec, ExecOptions } from './types.js';

/**
 * Runs plugins as children of this process, by way of execa. Works everywhere, but every start blocks the event
 * loop for as long as the kernel needs to copy the page tables of this process.
 */
export class ProcessExec implements Exec {
  async execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string> {
    return await runProgram(spawnChild, { path, stdin, env, options });
  }

  findInPath(plugin: string, paths: readonly string[]): Promise<string> {
    return findInPath(plugin, paths);
  }
}

async function spawnChild(request: SpawnRequest): Promise<SpawnOutcome> {
  const { signal, path: pluginPath } = request;
  if (signal?.aborted) throw abortedError(signal, undefined, { pluginPath });
  const { child } = await startChild(request);
  const stderr = collectTail(child.stderr);
  const group = superviseGroup(child, request);
  const result = await child;
  const ended = group.settle();
  throwIfNotStarted(result, request.path);
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: stdoutOf(result.stdout, ended),
    stderr: stderr(),
    ended,
  };
}

/** Of output beyond all bounds, the beginning says enough. */
const EXCERPT_BYTES = 64 * 1024;

function stdoutOf(stdout: unknown, ended: SpawnOutcome['ended']): string {
  if (typeof stdout !== 'string') return '';
  return ended === 'output-limit' ? stdout.slice(0, EXCERPT_BYTES) : stdout;
}

/** execa is loaded on first use, since most programs run plugins through the helper and never need it. */
async function startChild({ path, argv, env, stdin, cwd }: SpawnRequest) {
  const { execa } = await import('execa');
  const child = execa(path, argv?.slice(1) ?? [], {
    ...(cwd !== undefined && { cwd }),
    argv0: argv?.[0] ?? path,
    env,
    extendEnv: false,
    input: stdin ?? '',
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
    buffer: { stdout: true, stderr: false },
    // The supervision counts what is printed and stops the whole group.
    maxBuffer: Number.MAX_SAFE_INTEGER,
  });
  // A subprocess is a promise of its own end, so it travels inside an object.
  return { child };
}

type StartedResult = Pick<Result, 'exitCode' | 'signal' | 'code' | 'cause'>;

function throwIfNotStarted(result: StartedResult, path: string): void {
  if (result.exitCode !== undefined || result.signal !== undefined) return;
  if (result.code !== undefined) throw new SpawnError(result.code, 'spawn', path);
  throw new LibcniError('ERR_HELPER', 'a child process ended without exit code', { cause: result.cause });
}
