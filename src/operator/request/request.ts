import type { CapabilityArgs, JsonObject, TraceContext } from '../../libcni/index.js';

/** One network to attach to. Declare capabilities of your own with the type parameter. */
export interface NetworkRequest<Others extends object = Record<never, never>> {
  /** The network's name in the configuration folder. */
  readonly name: string;
  /**
   * The interface inside the namespace. One that something else has made there is refused with `ERR_CONFLICT`, chosen or given.
   * @default the lowest `eth<n>` that no other network of the container has
   */
  readonly ifName?: string | undefined;
  /** Further arguments for `CNI_ARGS` of this network alone; they override those of the request. @default none */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Capability arguments for this network, with values of the same form as in the request. @default none */
  readonly capabilityArgs?: CapabilityArgs<Others> | undefined;
  /** What every plugin of this network gets as `args.cni` in its configuration. @default none */
  readonly cniArgs?: Readonly<JsonObject> | undefined;
}

/** A container to attach to networks. Declare capabilities of your own with the type parameter. */
export interface AttachRequest<Others extends object = Record<never, never>> {
  /** The container or sandbox id. */
  readonly id: string;
  /** Path of its network namespace. */
  readonly netns: string;
  /**
   * The networks, in order. With the order `cri`, these are the extra networks, and the default network follows.
   * @default the default network, then those that annotations select
   */
  readonly networks?: readonly NetworkRequest<Others>[] | undefined;
  /**
   * The interface of the default network.
   * @default `eth0`; in an array of networks the lowest `eth<n>` that no other network of the container has
   */
  readonly defaultIfName?: string | undefined;
  /**
   * Arguments for `CNI_ARGS` of every network. They override those made from `labels` and `annotations`; plugins get each
   * key once. The variable `CNI_ARGS` of this process is ignored.
   * @default none
   */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Labels of the pod; `io.kubernetes.pod.*` become `K8S_POD_*` arguments. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Annotations of the pod: capability arguments and the selection of networks. @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * Capability arguments for the first network, or with the order `cri` for all; they override annotations. Those with a
   * schema in this library, such as `portMappings`, are checked and passed to plugins in canonical form.
   * @default none
   */
  readonly capabilityArgs?: CapabilityArgs<Others> | undefined;
  /**
   * `plain`: as listed. `cri`, as iSulad does: extra networks first, the default network last; an extra network on the
   * default interface replaces the default network.
   * @default plain
   */
  readonly order?: 'plain' | 'cri' | undefined;
  /**
   * Allows the namespace of this process, or of process 1. Without it, attaching there is refused. Recent plugins of the
   * CNI project refuse it themselves unless `CNI_NETNS_OVERRIDE=1` is in the environment. @default false
   */
  readonly hostNetns?: boolean | undefined;
  /**
   * Whether an interface of the wanted name may exist already. `allow` is for networks whose plugins replace an interface,
   * or only tune one. @default refuse
   */
  readonly existingInterface?: 'refuse' | 'allow' | undefined;
}

/** Limits of an operation on the attachments of a container. */
export interface OperatorOptions {
  /** Ends the operation, even while it waits for locks. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for each network. The wait for a lock or for a garbage collection is limited to the same time, counted
   * separately, and fails with `ERR_LOCKED`. Removing what an interrupted ADD left is limited too, to 60000 at most.
   * `Infinity` means no limit.
   * @default 220000
   */
  readonly timeoutMs?: number | undefined;
  readonly trace?: TraceContext | undefined;
}

/** Limits of work under a lock that may end early. */
export interface GuardedOptions extends OperatorOptions {
  /** Throws if the lock has ended: the work must stop. */
  readonly guard: () => void;
}

/** Selects attachments of a container. */
export interface TargetRequest {
  readonly id: string;
  /**
   * Path of the namespace; a relative path starts at the working folder.
   * @default the namespace that the attachment was made with
   */
  readonly netns?: string | undefined;
  /**
   * The networks. With the order `cri`, these are the extra networks, and the attachment on the interface of the default
   * network is included too. Capability arguments are used only if no record has those of the attach.
   * @default every recorded attachment
   */
  readonly networks?: readonly Pick<NetworkRequest, 'name' | 'ifName' | 'capabilityArgs'>[] | undefined;
  /**
   * The interface of the default network, if it is listed without one.
   * @default all of its interfaces; with the order `cri` `eth0`
   */
  readonly defaultIfName?: string | undefined;
  /** The order used for the attach. @default plain */
  readonly order?: 'plain' | 'cri' | undefined;
  /**
   * Allows the namespace of this process, or of process 1. Without it, checks there are refused, and a detach leaves it
   * alone. @default false
   */
  readonly hostNetns?: boolean | undefined;
}

/** Which attachments to list. A key that is left out matches everything. */
export interface AttachmentFilter {
  /** Those of this container. */
  readonly id?: string | undefined;
  /** Those to the network of this name. */
  readonly network?: string | undefined;
  /** Those with this interface inside the namespace. */
  readonly ifName?: string | undefined;
  /** Those made in the namespace at this path. */
  readonly netns?: string | undefined;
}
