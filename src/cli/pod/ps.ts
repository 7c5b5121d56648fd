import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { printLine, show } from '../output/table.js';
import type { PodCommandOptions } from './options.js';
import { idOf, withPods } from './with-pods.js';

const SHORT_ID = 12;

/** Lists pod sandboxes. */
export async function ps(options: PodCommandOptions): Promise<void> {
  const { namespace } = options;
  const pods = await withPods(options, ({ manager }) => manager.list({ ...(namespace && { namespace }) }));
  await show(options.json, pods, {
    columns: ['ID', 'NAMESPACE', 'POD', 'STATE', 'PHASE', 'RUNTIME', 'CREATED'],
    rows: pods.map(({ id, metadata, state, phase, runtimeHandler, createdAt }) => {
      const created = new Date(createdAt).toISOString();
      return [
        id.slice(0, SHORT_ID),
        metadata.namespace,
        metadata.name,
        state,
        phase,
        runtimeHandler,
        created,
      ];
    }),
    nothing: 'there are no pods',
  });
}

/** Shows the full status of a pod sandbox. */
export async function inspect(pod: string, options: PodCommandOptions): Promise<void> {
  const found = await withPods(options, async ({ manager }) =>
    manager.status(await idOf(manager, pod), limitsOf(options)),
  );
  if (options.json) printJson(found);
  else printLine(JSON.stringify(found, undefined, 2));
}
