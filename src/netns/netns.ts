import { checkTimeout } from '../errors/check-timeout.js';
import { HelperClient, type NetnsInfo } from '../helper/index.js';
import { execInNetns, type NetnsExecOptions, type NetnsExecResult } from './exec-in-netns.js';
import { loopbackUp } from './loopback-up.js';
import { removeLink } from './netns-link.js';
import type { NetnsLimits } from './netns-options.js';
import { type KnownNetns, refuseAnother, removeOwnNetns } from './own-netns.js';

/** A network namespace that is kept by a file. It outlives this object and this process until it is removed. */
export class Netns implements AsyncDisposable {
  /** The absolute path of the file; what `CNI_NETNS` is set to. */
  readonly path: string;
  /** The namespace's own number, that of `readlink /proc/self/ns/net` inside it. */
  readonly inode: bigint;
  /** The device that `inode` belongs to. */
  readonly device: bigint;
  /** The link in another folder that leads to it, where it has one. */
  readonly link: string | undefined;

  private readonly known: KnownNetns;

  constructor(
    path: string,
    info: Pick<NetnsInfo, 'inode' | 'device' | 'changedNs'>,
    private readonly helper: HelperClient = HelperClient.shared(),
    link?: string,
  ) {
    this.known = { ...info, path };
    this.path = path;
    this.inode = info.inode;
    this.device = info.device;
    this.link = link;
  }

  /**
   * Runs a command inside. A file without a slash is looked up on `PATH`. A failing exit code is a result.
   *
   * @throws LibcniError `ERR_NOT_FOUND` where the command cannot be started, `ERR_TIMEOUT`, `ERR_ABORTED`,
   * `ERR_NETNS` where the namespace is gone, or another one is in its place, `ERR_PERMISSION`, `ERR_CONF_INVALID` where
   * `timeoutMs` is no time.
   */
  async exec(
    file: string,
    args: readonly string[] = [],
    options: NetnsExecOptions = {},
  ): Promise<NetnsExecResult> {
    await refuseAnother(this.known, { ...options, helper: this.helper });
    return await execInNetns({ ...options, helper: this.helper, netns: this.path, file, args });
  }

  /** Brings the interface `lo` up. @throws LibcniError as {@link Netns.exec} does */
  async loopbackUp(limits: NetnsLimits = {}): Promise<void> {
    await refuseAnother(this.known, { ...limits, helper: this.helper });
    await loopbackUp(this.path, { ...limits, helper: this.helper });
  }

  /**
   * Removes the namespace and its file, its link first. Doing so twice is fine, even if the path leads to another one by
   * then.
   */
  async remove(limits: NetnsLimits = {}): Promise<void> {
    checkTimeout(limits.timeoutMs);
    if (this.link !== undefined) await removeLink(this.link, this.path);
    await removeOwnNetns(this.known, { ...limits, helper: this.helper });
  }

  /** Removes the namespace at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}
