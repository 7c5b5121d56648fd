import { readFile } from 'node:fs/promises';
import { LibcniError } from '../../errors/index.js';
import { asError } from '../../errors/system-error.js';
import { type PodSandboxConfig, podSandboxConfig, podSandboxConfigSchema } from '../../sandbox/index.js';
import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { PodCommandOptions } from './options.js';
import { withPods } from './with-pods.js';

/** Runs the sandbox of a pod, and prints its id. */
export async function run(
  file: string,
  program: readonly string[],
  options: PodCommandOptions,
): Promise<void> {
  const config = await readConfig(file);
  const id = await withPods(
    options,
    ({ manager, runtimeHandler }) =>
      withProgress('running the pod', manager.run(config, { ...limitsOf(options), runtimeHandler })),
    program,
  );
  if (options.json) printJson({ id });
  else printLine(id);
}

/** A Pod of Kubernetes has a specification, a PodSandboxConfig has none. */
async function readConfig(file: string): Promise<PodSandboxConfig> {
  const given: unknown = await readJson(file);
  const isPod = typeof given === 'object' && given !== null && 'spec' in given;
  if (isPod) return podSandboxConfig(given);
  const parsed = podSandboxConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const jsonPath = ['$', ...(issue?.path ?? [])].join('.');
  throw new LibcniError('ERR_CONF_INVALID', `the pod is invalid: ${issue?.message}`, { file, jsonPath });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file === '-' ? '/dev/stdin' : file, 'utf8'));
  } catch (cause) {
    const summary = `the pod cannot be read: ${asError(cause).message}`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { file, cause });
  }
}
