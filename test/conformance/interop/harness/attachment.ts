import type { Pod } from '../../../integration/harness/pod.js';
import type { Attachment } from './runtime.js';

/** The MAC address that {@link attachmentOf} asks for. */
export const wantedMac = '0a:58:0a:79:00:4d';

/** The address that {@link attachmentOf} asks for, with its prefix. */
export const wantedAddress = '10.121.0.77/24';

/** An attachment with everything that a caller can specify: arguments, capabilities, an interface name. */
export function attachmentOf(pod: Pod): Attachment {
  return {
    ...plainAttachmentOf(pod),
    args: [
      ['IgnoreUnknown', '1'],
      ['IP', '10.121.0.77'],
      ['MAC', wantedMac],
    ],
  };
}

/** The same, without settings that only one pod of a network can have. */
export function plainAttachmentOf(pod: Pod): Attachment {
  return {
    netns: pod.path,
    ifName: 'net1',
    args: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAME', pod.id],
    ],
    capabilityArgs: {
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      aliases: [pod.id],
    },
  };
}
