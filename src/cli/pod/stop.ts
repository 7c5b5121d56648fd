import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { PodCommandOptions } from './options.js';
import { forEachPod, withPods } from './with-pods.js';

/** Stops pod sandboxes. */
export async function stop(pods: readonly string[], options: PodCommandOptions): Promise<void> {
  const { grace } = options;
  const limits = { ...limitsOf(options), ...(grace !== undefined && { graceMs: grace }) };
  const { done, failed } = await withPods(options, (all) =>
    withProgress(
      'stopping',
      forEachPod(all, pods, (id) => all.manager.stop(id, limits)),
    ),
  );
  if (options.json) printJson({ stopped: done });
  else for (const id of done) printLine(id);
  if (failed) throw failed;
}

/** Removes pod sandboxes. */
export async function rm(pods: readonly string[], options: PodCommandOptions): Promise<void> {
  const { force } = options;
  const { done, failed } = await withPods(options, (all) =>
    withProgress(
      'removing',
      forEachPod(all, pods, (id) => all.manager.remove(id, { ...limitsOf(options), force })),
    ),
  );
  if (options.json) printJson({ removed: done });
  else for (const id of done) printLine(id);
  if (failed) throw failed;
}
