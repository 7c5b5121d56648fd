import type { AttachmentInfo } from '../../operator/index.js';

/** A rule for packets that a plugin made for a container. */
export interface ContainerRule {
  /** `iptables`, `ip6tables` or `nft`. */
  readonly tool: string;
  /** The container, as the rule's comment names it. */
  readonly id: string;
  /** The network, where the comment names it. */
  readonly network?: string | undefined;
  /** Whether it is the rule of an attachment. */
  isOf(attachment: AttachmentInfo): boolean;
  /** A command that deletes it. */
  readonly cure: string;
}
