import { ensureFolder } from '../../files/folders.js';
import { hostnameOf } from '../config/pod-hostname.js';
import type { LiveSandbox } from '../live-sandbox.js';
import type { Runtime, RuntimeSandbox } from '../runtimes/runtime.js';
import { identifyProcess } from '../state/process-identity.js';
import { hasOwnUsers } from './namespace.js';
import type { Step } from './step.js';

/** The sandbox of the runtime, before its process runs. */
export const create: Step = {
  async perform(sandbox, signal) {
    const given = runtimeSandbox(sandbox);
    await ensureFolder(given.folder, 0o700);
    const { pid } = await runtimeOf(sandbox).create(given, { signal });
    const process = pid === undefined ? undefined : identifyProcess(pid);
    if (process !== undefined) await sandbox.change({ process });
  },
  async undo(sandbox, signal) {
    await runtimeOf(sandbox).remove(sandbox.id, { signal });
  },
};

/** The process of the sandbox. */
export const start: Step = {
  async perform(sandbox, signal) {
    await runtimeOf(sandbox).start(sandbox.id, { signal });
  },
  async undo(sandbox, signal, { graceMs = 0 }) {
    await runtimeOf(sandbox).stop(sandbox.id, graceMs, { signal });
  },
};

/** @throws LibcniError `ERR_NOT_FOUND` if the manager no longer has the runtime */
export function runtimeOf({ context, record }: LiveSandbox): Runtime {
  return context.runtimes.get(record.runtimeHandler);
}

function runtimeSandbox({ context, id, record }: LiveSandbox): RuntimeSandbox {
  const { store } = context;
  return {
    id,
    config: record.config,
    netns: hasOwnUsers(record) ? undefined : record.netns,
    hostname: hostnameOf(record.config),
    files: store.filesOf(id),
    folder: store.runtimeFolder(id),
    logFile: store.logFile(id),
  };
}
