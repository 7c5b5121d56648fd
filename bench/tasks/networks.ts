import { CNIOperator, Networks } from 'libcni';
import { repeat } from './repeat.js';
import type { Run, Task } from './task.js';

const NETNS = '/run/netns/bench';
const opened = new Map<string, Promise<Networks>>();

/** Creates and removes `count` networks, one after another, next to existing ones. */
export function makeNetworks(task: Task): Run {
  const networks = open(task);
  return () =>
    repeat(task, async () => {
      const { name } = await (await networks).create();
      await (await networks).remove(name);
    });
}

/** Lists the networks, which must be `count`, and inspects each. */
export function lookAtNetworks(task: Task): Run {
  const networks = open(task);
  return async () => {
    const found = await (await networks).list({ dangling: false });
    if (found.length !== task.count) throw new Error(`${found.length} networks, not ${task.count}`);
    for (const { name } of found) await (await networks).inspect(name);
  };
}

/** Connects and disconnects `count` containers, one after another. */
export function connectContainers(task: Task): Run {
  const networks = open(task);
  return () =>
    repeat(task, async (index) => {
      const container = { network: 'bench', id: `container${index}` };
      await (await networks).connect({ ...container, netns: NETNS });
      await (await networks).disconnect(container);
    });
}

/** The same with only the operator. */
export function attachContainers(task: Task): Run {
  const operator = createOperator(task);
  return () =>
    repeat(task, async (index) => {
      const id = `container${index}`;
      await (await operator).attach({ id, netns: NETNS, networks: [{ name: 'bench' }] });
      await (await operator).detach({ id });
    });
}

/** Reuses the open networks in the next round, as a long-running program does. */
function open(task: Task): Promise<Networks> {
  const key = JSON.stringify([task.confDir, task.cacheDir]);
  const known = opened.get(key) ?? createOperator(task).then((operator) => Networks.open({ operator }));
  opened.set(key, known);
  return known;
}

const operators = new Map<string, Promise<CNIOperator>>();

function createOperator({ confDir, cacheDir, pluginDir = '' }: Task): Promise<CNIOperator> {
  const key = JSON.stringify([confDir, cacheDir]);
  const known = operators.get(key) ?? CNIOperator.create({ confDir, cacheDir, binDirs: [pluginDir] });
  operators.set(key, known);
  return known;
}
