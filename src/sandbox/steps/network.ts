import {
  deactivated,
  networkSettings,
  readNetworkSettings,
  writeNetworkSettings,
} from '../../network/index.js';
import { type AttachedNetwork, dns, type PodAttachRequest } from '../../operator/index.js';
import { mappedPorts } from '../config/mapped-ports.js';
import type { LiveSandbox } from '../live-sandbox.js';
import type { Step } from './step.js';

/** The networks of the pod. */
export const network: Step = {
  applies: ({ record }) => record.netns !== undefined,
  async perform(sandbox, signal) {
    const { networks } = await sandbox.context.operator.attach(requestOf(sandbox), { signal });
    await writeSettings(sandbox, networks);
    await sandbox.change({ networkReady: true });
  },
  async undo(sandbox, signal) {
    const { context, id, record } = sandbox;
    if (record.netns === undefined) return;
    await context.operator.detach({ id }, { signal });
    await deactivateSettings(context.store.settingsFile(id));
    if (record.networkReady) await sandbox.change({ networkReady: false });
  },
};

function requestOf({ context, id, record }: LiveSandbox): PodAttachRequest {
  const { config, netns } = record;
  const { metadata, annotations, networks } = config;
  const labels = {
    ...config.labels,
    'io.kubernetes.pod.name': metadata.name,
    'io.kubernetes.pod.namespace': metadata.namespace,
    'io.kubernetes.pod.uid': metadata.uid,
  };
  const ports = mappedPorts(config);
  const capabilityArgs = {
    ...(ports.length > 0 && { portMappings: ports }),
    ...(isDnsWanted(context.operator) && config.dns && { dns: dns(config.dns) }),
  };
  return { id, netns, labels, annotations, networks, capabilityArgs };
}

/** The pod has a resolv.conf anyway, so a network without the capability is fine. */
function isDnsWanted(operator: LiveSandbox['context']['operator']): boolean {
  const { networks } = operator.snapshot();
  return networks.some(({ list }) =>
    list.plugins.some(({ network: { capabilities } }) => capabilities?.dns === true),
  );
}

async function writeSettings(sandbox: LiveSandbox, networks: readonly AttachedNetwork[]): Promise<void> {
  const { context, id, record } = sandbox;
  const sandboxKey = record.netns ?? '';
  const settings = networkSettings({ id, sandboxKey, ports: mappedPorts(record.config), networks });
  // Not synced: they are true only while the namespace exists, and a power failure ends it.
  await writeNetworkSettings(context.store.settingsFile(id), settings, { sync: false });
}

/** Missing or unreadable settings must not keep the networks from being removed. */
async function deactivateSettings(file: string): Promise<void> {
  const settings = readable(file);
  if (settings?.Activation) await writeNetworkSettings(file, deactivated(settings), { sync: false });
}

function readable(file: string): ReturnType<typeof readNetworkSettings> {
  try {
    return readNetworkSettings(file);
  } catch {
    return undefined;
  }
}
