import type { NetworkRequest } from '../../operator/index.js';

/** Identifies a pod sandbox (CRI `PodSandboxMetadata`). */
export interface PodSandboxMetadata {
  /** The name of the pod. */
  readonly name: string;
  /** The Kubernetes namespace of the pod. */
  readonly namespace: string;
  readonly uid: string;
  /** Counts the sandboxes of one pod. @default 0 */
  readonly attempt?: number | undefined;
}

/** Resolver settings of a pod (CRI `DNSConfig`). */
export interface PodDnsConfig {
  /** Addresses of nameservers. @default none */
  readonly servers?: readonly string[] | undefined;
  /** Domains to append to a short name. @default none */
  readonly searches?: readonly string[] | undefined;
  /** For example `ndots:5`. @default none */
  readonly options?: readonly string[] | undefined;
}

/** A port of the pod (CRI `PortMapping`). */
export interface PodPortMapping {
  readonly containerPort: number;
  /** The host port that is mapped to it; 0 means none. @default 0 */
  readonly hostPort?: number | undefined;
  /** `tcp`, `udp` or `sctp`, in any case. @default tcp */
  readonly protocol?: string | undefined;
  /** The address of the host. @default every address */
  readonly hostIP?: string | undefined;
}

/** A range of user or group ids of a user namespace (CRI `IDMapping`). */
export interface IdMapping {
  readonly hostId: number;
  readonly containerId: number;
  readonly length: number;
}

/** The namespaces of the pod (CRI `NamespaceOption`). */
export interface PodNamespaceOptions {
  /** `POD`: its own; `NODE`: that of the host. @default POD */
  readonly network?: 'POD' | 'NODE' | undefined;
  /** For the sandbox's own process, `CONTAINER` means `POD`. @default CONTAINER */
  readonly pid?: 'POD' | 'CONTAINER' | 'NODE' | undefined;
  /** @default POD */
  readonly ipc?: 'POD' | 'NODE' | undefined;
  /** A user namespace of the pod, which then owns the network namespace. @default that of the host */
  readonly users?: { readonly uids: readonly IdMapping[]; readonly gids: readonly IdMapping[] } | undefined;
}

/** Permissions of the sandbox process (CRI `LinuxSandboxSecurityContext`). Other keys belong to the runtime. */
export interface PodSecurityContext {
  readonly namespaceOptions?: PodNamespaceOptions | undefined;
  /** @default 0 */
  readonly runAsUser?: number | undefined;
  /** @default 0 */
  readonly runAsGroup?: number | undefined;
  readonly supplementalGroups?: readonly number[] | undefined;
  /** @default true */
  readonly readonlyRootfs?: boolean | undefined;
  /** @default false */
  readonly privileged?: boolean | undefined;
  readonly [key: string]: unknown;
}

/** Limits of the sandbox (CRI `LinuxContainerResources`). Other keys belong to the runtime. */
export interface PodResources {
  /** Microseconds. */
  readonly cpuPeriod?: number | undefined;
  /** Microseconds. */
  readonly cpuQuota?: number | undefined;
  readonly cpuShares?: number | undefined;
  /** Bytes. */
  readonly memoryLimitInBytes?: number | undefined;
  readonly oomScoreAdj?: number | undefined;
  readonly cpusetCpus?: string | undefined;
  readonly cpusetMems?: string | undefined;
  readonly [key: string]: unknown;
}

/** Linux-specific settings (CRI `LinuxPodSandboxConfig`). */
export interface PodLinuxConfig {
  /** The parent cgroup of the sandbox; it is not removed. @default that of the runtime */
  readonly cgroupParent?: string | undefined;
  readonly sysctls?: Readonly<Record<string, string>> | undefined;
  readonly securityContext?: PodSecurityContext | undefined;
  readonly resources?: PodResources | undefined;
}

/** A pod sandbox to run (CRI `PodSandboxConfig`, with its keys in camel case). */
export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata;
  /** @default the host's name in the host network, else the name of the pod */
  readonly hostname?: string | undefined;
  /** The folder for logs of the pod's containers. @default none */
  readonly logDirectory?: string | undefined;
  /** @default the host's resolv.conf */
  readonly dns?: PodDnsConfig | undefined;
  readonly portMappings?: readonly PodPortMapping[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly linux?: PodLinuxConfig | undefined;
  /**
   * The networks of the pod, in order.
   * @default the operator's default network, then those that annotations select
   */
  readonly networks?: readonly NetworkRequest[] | undefined;
}

/** Whether the pod is in the host network. */
export function hasHostNetwork({ linux }: PodSandboxConfig): boolean {
  return linux?.securityContext?.namespaceOptions?.network === 'NODE';
}
