import { networkSettings, writeNetworkSettings } from '../../network/index.js';
import { mappedPorts } from '../config/mapped-ports.js';
import type { Step } from './step.js';

/** The name of the sandbox and its folder, with checkpoint and settings; removed last. */
export const claim: Step = {
  async perform(sandbox) {
    const { context, id, record } = sandbox;
    await context.names.claim(record.config.metadata, id);
    await sandbox.settle({});
    const settings = networkSettings({
      id,
      sandboxKey: record.netns ?? '',
      ports: mappedPorts(record.config),
    });
    await writeNetworkSettings(context.store.settingsFile(id), settings, { sync: false });
  },
  async undo({ context, id, record }) {
    await context.names.release(record.config.metadata, id);
    await context.store.remove(id);
  },
};
