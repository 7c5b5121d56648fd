export type {
  IdMapping,
  PodDnsConfig,
  PodLinuxConfig,
  PodNamespaceOptions,
  PodPortMapping,
  PodResources,
  PodSandboxConfig,
  PodSandboxMetadata,
  PodSecurityContext,
} from './config/pod-sandbox-config.js';
export { type PodSandboxConfigOptions, podSandboxConfig } from './config/pod-sandbox-config-of-pod.js';
export { podSandboxConfigSchema } from './config/pod-sandbox-config-schema.js';
export type { PodSandboxManagerEvents, SandboxEvent } from './events.js';
export type { SandboxLimits } from './limits.js';
export { PodSandboxManager, type PodSandboxManagerOptions } from './manager.js';
export { type OcicniPlugin, ocicniPlugin, type PodNetwork } from './ocicni.js';
export type { StepFailure } from './perform.js';
export { crunRuntime, type OciRuntimeOptions, runcRuntime, runscRuntime } from './runtimes/oci-runtimes.js';
export {
  type OciMount,
  type OciNamespace,
  type OciSpec,
  withNetworkNamespace,
  withoutNetworkNamespace,
} from './runtimes/oci-spec.js';
export type {
  Runtime,
  RuntimeListing,
  RuntimeOptions,
  RuntimeSandbox,
  RuntimeStatus,
  SandboxFiles,
} from './runtimes/runtime.js';
export type { RuntimeChoice } from './runtimes/runtime-table.js';
export { type IsuladCheckpoint, parseIsuladCheckpoint } from './state/isulad-checkpoint.js';
export type { SandboxOrphan } from './state/orphans.js';
export type { SandboxPhase, SandboxStep } from './state/sandbox-record.js';
export type { PodSandboxFilter } from './verbs/list.js';
export type { RemovePodSandboxOptions, RemovePodSandboxReport } from './verbs/remove.js';
export type { RestoreOptions, RestoreReport } from './verbs/restore.js';
export type { RunPodSandboxOptions } from './verbs/run.js';
export type { PodSandbox, PodSandboxNetwork, PodSandboxStatus } from './verbs/status.js';
export type { StopPodSandboxOptions } from './verbs/stop.js';
