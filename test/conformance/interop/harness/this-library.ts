import type { RuntimeConf } from '../../../../src/index.js';
import type { Network } from './network.js';
import { type Attachment, containerIdOf, type Runtime } from './runtime.js';

/** This library, on a network. */
export function thisLibrary({ cni, list }: Network): Runtime {
  return {
    add: (attachment) => cni.addNetworkList(list, runtimeConf(attachment)),
    check: (attachment) => cni.checkNetworkList(list, runtimeConf(attachment)),
    del: (attachment) => cni.delNetworkList(list, runtimeConf(attachment)),
    gc: async () => void (await cni.gcNetworkList(list, { validAttachments: [] })),
    status: () => cni.getStatusNetworkList(list),
  };
}

/** An attachment as arguments for this library. */
export function runtimeConf({ netns, ifName, args, capabilityArgs }: Attachment): RuntimeConf {
  return { containerId: containerIdOf(netns), netns, ifName, args, capabilityArgs };
}
