import { accessSync, constants } from 'node:fs';
import type { Result } from 'execa';
import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
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
 * Runs plugins as children of this process, by way of execa. Works everywhere, but every start blocks the event
 * loop for as long as the kernel needs to copy the page tables of this process. Unlike the native helper, it runs an
 * executable text without `#!` by way of `/bin/sh`.
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
  const start = performance.now();
  const { execa } = await loadExeca();
  if (signal?.aborted) throw abortedError(signal, undefined, { reason: 'not-started', pluginPath });
  const descriptors = await childDescriptors();
  const child = startChild(execa, request, descriptors);
  const stdout = collectHead(child.stdout);
  const stderr = collectTail(child.stderr);
  const timeoutMs = request.timeoutMs && Math.max(1, request.timeoutMs - (performance.now() - start));
  const group = superviseGroup(child, { ...request, timeoutMs });
  const result = await Promise.race([child, group.givenUp]);
  const ended = group.settle();
  if (result === undefined) child.unref();
  else throwIfNotStarted(result, request.path);
  return {
    exitCode: result?.exitCode ?? null,
    signal: result?.signal ?? null,
    stdout: stdoutOf(stdout(), ended),
    stderr: stderr(),
    ended,
    ...(result === undefined && { unreapedPid: child.pid }),
  };
}

/** Of output beyond all bounds, the beginning says enough. */
const EXCERPT_BYTES = 64 * 1024;

function stdoutOf(stdout: Buffer, ended: SpawnOutcome['ended']): string {
  return (ended === 'output-limit' ? stdout.subarray(0, EXCERPT_BYTES) : stdout).toString('utf8');
}

/** On first use, since most programs run plugins through the helper and never need it. */
async function loadExeca() {
  return await import('execa');
}

function startChild(execa: Execa, request: SpawnRequest, descriptors: ChildDescriptors) {
  const { path, argv, env, stdin, cwd = usableFolder() } = request;
  const child = execa(path, argv?.slice(1) ?? [], {
    stdio: ['pipe', 'pipe', 'pipe', ...descriptors.others],
    cwd,
    argv0: argv?.[0] ?? path,
    env,
    extendEnv: false,
    input: stdin ?? '',
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
    // The supervision counts what is printed and stops the whole group.
    buffer: false,
  });
  descriptors.close();
  return child;
}

/** A folder that is gone would keep every plugin from being started. */
function usableFolder(): string {
  const folder = currentFolder();
  try {
    accessSync(folder, constants.X_OK);
    return folder;
  } catch {
    return '/';
  }
}

type Execa = Awaited<ReturnType<typeof loadExeca>>['execa'];

type StartedResult = Pick<Result, 'exitCode' | 'signal' | 'code' | 'cause'>;

function throwIfNotStarted(result: StartedResult, path: string): void {
  if (result.exitCode !== undefined || result.signal !== undefined) return;
  if (result.code !== undefined) throw new SpawnError(result.code, 'spawn', path);
  throw new LibcniError('ERR_HELPER', 'a child process ended without exit code', { cause: result.cause });
}
