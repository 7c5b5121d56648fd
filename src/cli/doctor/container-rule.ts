import type { AttachmentInfo } from '../../operator/index.js';

/** A packet rule that a plugin made for a container. */
export interface ContainerRule {
  /** `iptables`, `ip6tables` or `nft`. */
  readonly tool: string;
  /** The container in the rule's comment. */
  readonly id: string;
  /** The network, if the comment names it. */
  readonly network?: string | undefined;
  /** Whether it belongs to an attachment. */
  isOf(attachment: AttachmentInfo): boolean;
  /** A command that deletes it. */
  readonly cure: string;
}
