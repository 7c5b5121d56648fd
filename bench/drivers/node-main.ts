// A Node process with a live heap of a given size, which runs tasks on request: `node-main.ts MEBIBYTES`.
import { createInterface } from 'node:readline';
import { loadNetwork, parseAll } from '../tasks/conf-files.js';
import { attachContainers, connectContainers, lookAtNetworks, makeNetworks } from '../tasks/networks.js';
import { addAndDelete, attach, attachAndDetach, detach, dryCollection } from '../tasks/operator.js';
import { pluginRuns } from '../tasks/plugin-runs.js';
import { podCycles } from '../tasks/pods.js';
import { parseCalls, parseRequests } from '../tasks/requests.js';
import type { Figures, Run, Task } from '../tasks/task.js';
import { collectGarbage, listAttachments, listRounds, validateList } from '../tasks/verbs.js';
import { fillHeap } from './fill-heap.js';
import { measureRun } from './measure-run.js';

const kinds: Readonly<Record<Exclude<Task['kind'], 'cri-memory'>, (task: Task) => Run | Promise<Run>>> = {
  plugin: pluginRuns,
  list: listRounds,
  validate: validateList,
  load: loadNetwork,
  parse: parseAll,
  attachments: listAttachments,
  gc: collectGarbage,
  'network-make': makeNetworks,
  'network-look': lookAtNetworks,
  'network-connect': connectContainers,
  'network-attach': attachContainers,
  attach,
  detach,
  'attach-detach': attachAndDetach,
  'add-del': addAndDelete,
  'gc-dry-run': dryCollection,
  pods: podCycles,
  cri: async (task) => (await criTasks()).criCycles(task),
  request: parseRequests,
  call: parseCalls,
};

/** Work on folders, which could block the event loop. */
const WATCHED: readonly string[] = ['load', 'parse', 'attachments', 'network-look', 'gc-dry-run'];

/** gRPC and its kin are large: what they leave on the heap would be collected during the tasks of others. */
const criTasks = () => import('../tasks/cri.js');

const heap = fillHeap(Number(process.argv[2]));

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await perform(JSON.parse(line));
  process.stdout.write(`${JSON.stringify({ ...answer, live: heap.length })}\n`);
}
// A server that a task has started must not keep the driver alive.
process.exit();

async function perform(task: Task): Promise<Figures | { error: string }> {
  try {
    if (task.kind === 'cri-memory') return await (await criTasks()).measureCriMemory(task);
    const watchBlocks = task.watchBlocks ?? (WATCHED.includes(task.kind) || (task.ports ?? 0) > 1);
    return await measureRun(await kinds[task.kind](task), { watchBlocks });
  } catch (error) {
    return { error: String(error) };
  }
}
