import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type StdioOptions,
  spawn,
} from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { codeOf } from '../../errors/system-error.js';
import { currentFolder } from '../../platform/helper/current-folder.js';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import type { SpawnOutcome, SpawnRequest } from '../../platform/helper/types.js';
import { findInPath } from './find-in-path.js';
import { type ChildDescriptors, childDescriptors } from './inherited-descriptors.js';
import { superviseGroup } from './process-group.js';
import { runProgram } from './run-program.js';
import { collectTail } from './stderr-tail.js';
import { collectHead } from './stdout-head.js';
import type { Exec, ExecOptions } from './types.js';

/**
 * Runs plugins as children of this process. Works everywhere, but every start blocks the event
 * loop for as long as the kernel needs to copy the page tables of this process. Unlike the native helper, it runs an
 * executable script without `#!` through `/bin/sh`.
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

/** Runs a program as a child of this process, as the native helper would. @throws SpawnError, LibcniError `ERR_ABORTED` */
export async function spawnChild(request: SpawnRequest): Promise<SpawnOutcome> {
  const { signal, path: pluginPath } = request;
  const start = performance.now();
  const descriptors = await childDescriptors();
  if (signal?.aborted) throw abortedError(signal, undefined, { reason: 'not-started', pluginPath });
  const child = startChild(request, descriptors);
  const stdout = collectHead(child.stdout);
  const stderr = collectTail(child.stderr);
  const timeoutMs = request.timeoutMs && Math.max(1, request.timeoutMs - (performance.now() - start));
  const group = superviseGroup(child, { ...request, timeoutMs });
  let ended: SpawnOutcome['ended'] = 'exited';
  const end = await Promise.race([endOf(child, request), group.givenUp]).finally(() => {
    ended = group.settle();
  });
  if (end === undefined) child.unref();
  return {
    exitCode: end?.exitCode ?? null,
    signal: end?.signal ?? null,
    stdout: stdoutOf(stdout(), ended),
    stderr: stderr(),
    ended,
    ...(end === undefined && { unreapedPid: child.pid }),
  };
}

/** For output beyond the limit, the beginning says enough. */
const EXCERPT_BYTES = 64 * 1024;

function stdoutOf(stdout: Buffer, ended: SpawnOutcome['ended']): string {
  return (ended === 'output-limit' ? stdout.subarray(0, EXCERPT_BYTES) : stdout).toString('utf8');
}

function startChild(request: SpawnRequest, descriptors: ChildDescriptors): ChildProcessWithoutNullStreams {
  const { path, argv, env, stdin, cwd = usableFolder() } = request;
  try {
    const stdio = ['pipe', 'pipe', 'pipe', ...descriptors.others] satisfies StdioOptions;
    const options = { stdio, cwd, argv0: argv?.[0] ?? path, env, detached: true };
    const child = spawn(path, argv?.slice(1) ?? [], options) as ChildProcessWithoutNullStreams;
    // A plugin need not read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    return child;
  } catch (error) {
    throw startFailure(error, path);
  } finally {
    descriptors.close();
  }
}

/** No plugin could start in a folder that is gone. */
function usableFolder(): string {
  const folder = currentFolder();
  try {
    accessSync(folder, constants.X_OK);
    return folder;
  } catch {
    return '/';
  }
}

interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves once its pipes are closed too. */
async function endOf(child: ChildProcess, { path }: SpawnRequest): Promise<ProcessEnd> {
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(startFailure(error, path)));
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function startFailure(error: unknown, path: string): Error {
  const code = codeOf(error);
  if (code !== undefined) return new SpawnError(code, 'spawn', path);
  return new LibcniError('ERR_HELPER', 'a child process could not be started', { cause: error });
}
