import { resolve } from 'node:path';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import type { SpawnOutcome, SpawnRequest } from '../../platform/helper/types.js';
import { debuglog } from '../debug.js';
import { isTaskTaken, startBehindOrphans } from './behind-orphans.js';
import { interpretOutcome } from './interpret-outcome.js';
import { isBusy, retryWhileBusy } from './retry-busy.js';
import { describeSpawnFailure } from './spawn-failure.js';
import type { ExecOptions } from './types.js';

const debug = debuglog('exec');

/** One plugin run, whatever starts it. */
export interface ProgramRun {
  readonly path: string;
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly options: ExecOptions;
}

/** Runs a plugin through `spawn`, with the retry and the errors that all kinds of `Exec` share. */
export async function runProgram(
  spawn: (request: SpawnRequest) => Promise<SpawnOutcome>,
  { path, stdin, env, options }: ProgramRun,
): Promise<string> {
  const { dropsOutput } = options;
  const request = { path: resolve(path), argv: [path], env, stdin, dropsOutput };
  const outcome = await start(request);
  if (outcome.stderr !== '') debug('%s wrote to stderr: %s', path, outcome.stderr);
  return interpretOutcome(path, outcome, options);

  async function start(request: SpawnRequest): Promise<SpawnOutcome> {
    const begin = performance.now();
    const startOnce = (limits: ExecOptions) => spawn({ ...request, ...limits });
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      if (!isBusy(error) && !isTaskTaken(error)) throw describeSpawnFailure(error, path);
    }
    const { timeoutMs, limitMs = timeoutMs } = options;
    const leftMs = timeoutMs && Math.max(1, timeoutMs - (performance.now() - begin));
    const left = { ...options, timeoutMs: leftMs, limitMs };
    try {
      return await retryWhileBusy((limits) => startBehindOrphans(startOnce, limits), left);
    } catch (error) {
      throw describeSpawnFailure(error, path);
    }
  }
}
