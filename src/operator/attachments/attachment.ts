import type { NetworkConfigList, Result, RuntimeConf } from '../../libcni/index.js';
import type { AttachmentKey } from '../state/attachment-key.js';

/** What the selection of a network insists on; plugins are free to overlook capability arguments. */
export interface Demands {
  /** Addresses that the interface must have, with or without prefix. */
  readonly ips?: readonly string[] | undefined;
  /** The hardware address that the interface must have. */
  readonly mac?: string | undefined;
  /** The gateways of the default routes, which only this network may have. */
  readonly defaultRoute?: readonly string[] | undefined;
}

/** What the library takes to work on an attachment. */
export interface Attachment {
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
}

/** An attachment to make. */
export interface WantedAttachment extends Attachment {
  /** The Kubernetes namespace that the network was selected in. */
  readonly namespace: string;
  /** Whether it is in the role of the cluster's default network. */
  readonly isDefault: boolean;
  /** What its selection insists on. */
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
