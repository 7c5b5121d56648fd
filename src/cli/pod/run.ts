import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { PodCommandOptions } from './options.js';
import { readPod } from './read-pod.js';
import { withPods } from './with-pods.js';

/** Runs the sandbox of a pod, and prints its id. */
export async function run(
  file: string,
  program: readonly string[],
  options: PodCommandOptions,
): Promise<void> {
  const config = await readPod(file);
  const id = await withPods(
    options,
    ({ manager, runtimeHandler }) =>
      withProgress('running the pod', manager.run(config, { ...limitsOf(options), runtimeHandler })),
    program,
  );
  if (options.json) printJson({ id });
  else printLine(id);
}
