import { LibcniError } from '../../errors/libcni-error.js';
import { findRecorded } from '../../netns/index.js';
import { readNetworkSettings, settingsAddresses } from '../../network/index.js';
import type { PodPortMapping, PodSandboxMetadata } from '../config/pod-sandbox-config.js';
import { hasHostNetwork } from '../config/pod-sandbox-config.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import type { SandboxFiles } from '../runtimes/runtime.js';
import { isAlive } from '../state/process-identity.js';
import type { SandboxPhase, SandboxRecord } from '../state/sandbox-record.js';

/** A sandbox in the result of `list`. */
export interface PodSandbox {
  readonly id: string;
  readonly metadata: PodSandboxMetadata;
  /** `ready`: it runs, and its network is set up (CRI `PodSandboxState`). */
  readonly state: 'ready' | 'notready';
  /** Its phase, or why it is not ready. */
  readonly phase: SandboxPhase;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly runtimeHandler: string;
}

/** The network of a sandbox. */
export interface PodSandboxNetwork {
  /** Whether its networks are attached; always true in the host network. */
  readonly ready: boolean;
  readonly isHost: boolean;
  /** Addresses without prefix, by family; none in the host network. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /**
   * Path of the namespace for later containers of the pod: the sandbox key, or, if the key leads nowhere, the namespace of
   * the sandbox's process. `undefined` in the host network, and if there is neither.
   */
  readonly namespace: string | undefined;
  readonly portMappings: readonly PodPortMapping[];
}

/** The full status of a sandbox. */
export interface PodSandboxStatus extends PodSandbox {
  readonly network: PodSandboxNetwork;
  /** The first process of the sandbox, if it runs on this machine. */
  readonly pid: number | undefined;
  /** Files that containers of the pod should see in `/etc`. */
  readonly files: SandboxFiles;
  /** The output of the sandbox's own process. */
  readonly logFile: string;
}

/** @throws LibcniError `ERR_NOT_FOUND` */
export async function status(
  context: SandboxContext,
  id: string,
  { signal, timeoutMs = 30_000 }: SandboxLimits,
): Promise<PodSandboxStatus> {
  const record = context.store.read(id);
  if (record === undefined)
    throw new LibcniError('ERR_NOT_FOUND', `there is no sandbox ${id}`, { containerId: id, value: id });
  return await withinLimits({ signal, timeoutMs }, async (end) => {
    const runtime = context.runtimes.get(record.runtimeHandler);
    const { state, pid } = await runtime.status(id, { signal: end });
    const network = await networkOf(context, record, pid);
    return {
      ...summaryOf(record, state === 'running'),
      network,
      pid,
      files: context.store.filesOf(id),
      logFile: context.store.logFile(id),
    };
  });
}

/** Describes a sandbox from its checkpoint and whether its process runs. */
export function summaryOf(record: SandboxRecord, isRunning = seemsToRun(record)): PodSandbox {
  const { id, phase, createdAt, runtimeHandler, config } = record;
  const { metadata, labels = {}, annotations = {} } = config;
  const isReady = phase === 'running' && isRunning && (record.networkReady || record.netns === undefined);
  const state = isReady ? 'ready' : 'notready';
  return { id, metadata, state, phase, createdAt, labels, annotations, runtimeHandler };
}

/** A runtime may not report a process. */
function seemsToRun({ process }: SandboxRecord): boolean {
  return process === undefined || isAlive(process);
}

async function networkOf(
  { store, helper }: SandboxContext,
  { id, config, netns, netnsIdentity: identity, networkReady }: SandboxRecord,
  pid: number | undefined,
): Promise<PodSandboxNetwork> {
  const isHost = hasHostNetwork(config);
  const settings = isHost ? undefined : readNetworkSettings(store.settingsFile(id));
  const addresses = settings === undefined ? { ipv4: [], ipv6: [] } : settingsAddresses(settings);
  const found = netns === undefined ? 'none' : await findRecorded({ path: netns, identity }, { helper });
  const isThere = found === 'same' || found === 'unknown';
  const fallback = pid === undefined || isHost ? undefined : `/proc/${pid}/ns/net`;
  return {
    ready: isHost || networkReady,
    isHost,
    ...addresses,
    namespace: isThere ? netns : fallback,
    portMappings: config.portMappings ?? [],
  };
}
