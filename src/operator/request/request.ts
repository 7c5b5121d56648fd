import type { CapabilityArgs, JsonObject, TraceContext } from '../../libcni/index.js';

/** One network to attach to. The type parameter names capabilities of one's own. */
export interface NetworkRequest<Others extends object = Record<never, never>> {
  /** The network's name in the configuration folder. */
  readonly name: string;
  /** The interface inside the namespace. @default the lowest `eth<n>` that no other network of the container has */
  readonly ifName?: string | undefined;
  /** Further arguments for `CNI_ARGS` of this network alone; they win over those of the request. @default none */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Capability arguments for this network. Their values must be as those of the request. @default none */
  readonly capabilityArgs?: CapabilityArgs<Others> | undefined;
  /** What every plugin of this network gets as `args.cni` in its configuration. @default none */
  readonly cniArgs?: Readonly<JsonObject> | undefined;
}

/** A container to attach to networks. The type parameter names capabilities of one's own. */
export interface AttachRequest<Others extends object = Record<never, never>> {
  /** The container or sandbox id. */
  readonly id: string;
  /** Path of its network namespace. */
  readonly netns: string;
  /**
   * The networks, in order. With the order `cri` these are the extra networks, which the default network follows.
   * @default the default network, then those that annotations select
   */
  readonly networks?: readonly NetworkRequest<Others>[] | undefined;
  /** The interface of the default network. @default `eth0`; in a list of networks the lowest free `eth<n>` */
  readonly defaultIfName?: string | undefined;
  /**
   * Arguments for `CNI_ARGS` of every network; they win over those made from `labels` and `annotations`, and each key
   * is given to plugins once. The variable `CNI_ARGS` of this process is not read: what a host program wants plugins to
   * know, it says here.
   * @default none
   */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Labels of the pod; `io.kubernetes.pod.*` become `K8S_POD_*` arguments. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Annotations of the pod: capability arguments and the selection of networks. @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * Capability arguments for the first network, or with the order `cri` for all; they win over annotations. Those that
   * this library has a schema for, such as `portMappings`, are checked with it and given to plugins in canonical form.
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
   * Says that the namespace is meant though it is that of this process, or of process 1. Without it, nothing is attached
   * there. @default false
   */
  readonly hostNetns?: boolean | undefined;
  /**
   * Whether an interface of the wanted name may be there already: `allow` is for networks whose plugins replace an
   * interface, or only tune one. @default refuse
   */
  readonly existingInterface?: 'refuse' | 'allow' | undefined;
}

/** Limits of an operation on the attachments of a container. */
export interface OperatorOptions {
  /** Ends the operation, waiting for locks included. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for each network. Waiting for a lock, or for a garbage collection to end, has as many of its own and
   * fails with `ERR_LOCKED`; so has taking away what an ADD left that was cut short, but never more than 60000.
   * `Infinity` is no limit. @default 220000
   */
  readonly timeoutMs?: number | undefined;
  readonly trace?: TraceContext | undefined;
}

/** Limits of work under a lock that may end before. */
export interface GuardedOptions extends OperatorOptions {
  /** Throws where the lock has ended: nothing may be done under it any more. */
  readonly guard: () => void;
}

/** Which attachments of a container are meant. */
export interface TargetRequest {
  readonly id: string;
  /**
   * Path of the namespace; a relative path starts at the working folder.
   * @default the one that the attachment was made with
   */
  readonly netns?: string | undefined;
  /**
   * The networks that are meant. With the order `cri` these are the extra networks, and what is on the interface of the
   * default network is meant, too. Capability arguments count where no record tells those that a network was attached with.
   * @default every attachment that is recorded
   */
  readonly networks?: readonly Pick<NetworkRequest, 'name' | 'ifName' | 'capabilityArgs'>[] | undefined;
  /**
   * The interface of the default network, where it is listed without one.
   * @default every interface that it is on; with the order `cri` `eth0`
   */
  readonly defaultIfName?: string | undefined;
  /** As it was for the attach. @default plain */
  readonly order?: 'plain' | 'cri' | undefined;
  /**
   * Says that the namespace is meant though it is that of this process, or of process 1. Without it, nothing is checked
   * there, and what is detached leaves it alone. @default false
   */
  readonly hostNetns?: boolean | undefined;
}

/** Which attachments are wanted; what is left out does not matter. */
export interface AttachmentFilter {
  /** Those of this container. */
  readonly id?: string | undefined;
  /** Those to the network of this name. */
  readonly network?: string | undefined;
  /** Those with this interface inside the namespace. */
  readonly ifName?: string | undefined;
  /** Those that were made in the namespace of this path. */
  readonly netns?: string | undefined;
}
