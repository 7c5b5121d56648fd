import { CNIConfig, findInPath, networkConfFromBytes } from 'libcni';
import { starters } from './plugin-runs.js';
import { repeat } from './repeat.js';
import type { Run, Task } from './task.js';

/** Attaches, checks and detaches `count` containers, `concurrency` at a time. */
export function listRounds(task: Task): Run {
  const list = networkConfFromBytes(task.config ?? '');
  const cni = newRuntime(task);
  return () =>
    repeat(task, async (index) => {
      const attachment = {
        containerId: `container${index}`,
        netns: '/run/netns/bench',
        ifName: 'eth0',
        args: [['IgnoreUnknown', '1']] as const,
      };
      await cni.addNetworkList(list, attachment);
      await cni.checkNetworkList(list, attachment);
      await cni.delNetworkList(list, attachment);
    });
}

/** Asks every plugin of a list for its versions. */
export function validateList(task: Task): Run {
  const list = networkConfFromBytes(task.config ?? '');
  const cni = newRuntime(task);
  return () => repeat(task, () => cni.validateNetworkList(list));
}

/** Removes every attachment of a network. */
export function collectGarbage(task: Task): Run {
  const list = networkConfFromBytes(task.config ?? '');
  const cni = newRuntime(task);
  return async () => {
    const { stale } = await cni.gcNetworkList(list, { validAttachments: [] });
    if (stale.length !== task.count) throw new Error(`${stale.length} attachments, not ${task.count}`);
  };
}

/** Reads the whole cache. */
export function listAttachments(task: Task): Run {
  const cni = newRuntime(task);
  return async () => {
    const { length } = await cni.getCachedAttachments();
    if (length !== task.count) throw new Error(`${length} attachments, not ${task.count}`);
  };
}

function newRuntime({ pluginDir = '', cacheDir, starter = 'helper' }: Task): CNIConfig {
  const exec = starter === 'helper' ? {} : { exec: { execPlugin: starters[starter], findInPath } };
  return new CNIConfig({ path: [pluginDir], cacheDir, ...exec });
}
