import { CNIConfig, CNIOperator, networkConfFromBytes } from 'libcni';
import { repeat } from './repeat.js';
import type { Run, Task } from './task.js';

const NETNS = '/run/netns/bench';

/** Attaches `count` containers, one after another. */
export function attach(task: Task): Run {
  const operator = operatorFor(task);
  return () => repeat(task, async (index) => (await operator).attach(requestFor(task, index)));
}

/** Detaches what {@link attach} attached. */
export function detach(task: Task): Run {
  const operator = operatorFor(task);
  return () => repeat(task, async (index) => (await operator).detach({ id: idOf(index) }));
}

/** Attaches and detaches, one container after another. */
export function attachAndDetach(task: Task): Run {
  const operator = operatorFor(task);
  return () =>
    repeat(task, async (index) => {
      await (await operator).attach(requestFor(task, index));
      await (await operator).detach({ id: idOf(index) });
    });
}

/** The same with the verbs, without an operator. */
export function addAndDelete({ config = '', cacheDir, pluginDir = '', ...task }: Task): Run {
  const list = networkConfFromBytes(config);
  const cni = new CNIConfig({ path: [pluginDir], cacheDir });
  return () =>
    repeat(task, async (index) => {
      const rt = { containerId: idOf(index), netns: NETNS, ifName: 'eth0' };
      await cni.addNetworkList(list, rt);
      await cni.delNetworkList(list, rt);
    });
}

/** A dry run of garbage collection, where no attachment belongs to the operator. */
export function dryCollection(task: Task): Run {
  const operator = operatorFor(task);
  return async () => {
    const { foreign } = await (await operator).gc({ valid: [], dryRun: true });
    if (foreign.length !== task.count) throw new Error(`${foreign.length} attachments, not ${task.count}`);
  };
}

function idOf(index: number): string {
  return `attached${index}`;
}

/** Host ports from 10001 on; existing attachments have those from 30001 on. */
function requestFor({ ports = 0 }: Task, index: number) {
  const mappings = Array.from({ length: ports }, (_, port) => ({
    hostPort: 10_001 + index * ports + port,
    containerPort: 1 + port,
    protocol: 'tcp',
  }));
  const capabilityArgs = ports > 0 ? { portMappings: mappings } : {};
  return { id: idOf(index), netns: NETNS, networks: [{ name: 'bench', ifName: 'eth0' }], capabilityArgs };
}

/** Reuses operators in the next round, as a long-running program does. */
const operators = new Map<string, Promise<CNIOperator>>();

function operatorFor({ cacheDir = '', pluginDir = '', config = '' }: Task): Promise<CNIOperator> {
  const known =
    operators.get(cacheDir) ??
    CNIOperator.create({ networks: [JSON.parse(config)], cacheDir, binDirs: [pluginDir], loopback: 'none' });
  operators.set(cacheDir, known);
  return known;
}
