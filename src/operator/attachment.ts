import type { NetworkConfigList, Result, RuntimeConf } from '../libcni/index.js';
import type { AttachmentKey } from './attachment-key.js';

/** What the selection of a network requires. Plugins may ignore capability arguments, so the result is checked. */
export interface Demands {
  /** Addresses that the interface must have, with or without prefix. */
  readonly ips?: readonly string[] | undefined;
  /** The hardware address that the interface must have. */
  readonly mac?: string | undefined;
  /** The gateways of the default routes, which only this network may provide. */
  readonly defaultRoute?: readonly string[] | undefined;
}

/** What the library needs to work on an attachment. */
export interface Attachment {
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
  /** The namespace that it was made in, from its record. @default unknown */
  readonly netnsIdentity?: string | undefined;
  /** Allows the namespace of the machine. @default false */
  readonly hostNetns?: boolean | undefined;
}

/** An attachment to make. */
export interface AttachmentToMake extends Attachment {
  /** Whether an interface of its name may exist. @default refuse */
  readonly existingInterface?: 'refuse' | 'allow' | undefined;
}

/** The same with details of the request. */
export interface WantedAttachment extends AttachmentToMake {
  /** The Kubernetes namespace that the network was selected in. */
  readonly namespace: string;
  /** Whether it serves as the cluster's default network. */
  readonly isDefault: boolean;
  /** What its selection requires. */
  readonly demands?: Demands | undefined;
}

/** An attachment that was made. */
export interface MadeAttachment {
  readonly attachment: WantedAttachment;
  readonly result: Result;
}

/** The names of an attachment. */
export function keyOf({ list, rt }: Attachment): AttachmentKey {
  return { network: list.name, containerId: rt.containerId, ifName: rt.ifName };
}
