import { parseOptions } from '../arguments/parse-argument.js';
import { HelperClient, type NetnsInfo } from '../platform/helper/index.js';
import { limitsSchema } from './call-fields.js';
import { execInNetns, type NetnsExecOptions, type NetnsExecResult } from './exec-in-netns.js';
import { loopbackUp } from './loopback-up.js';
import { removeLink } from './netns-link.js';
import type { NetnsLimits } from './netns-options.js';
import { type KnownNetns, refuseAnother, removeOwnNetns } from './own-netns.js';
import { parseCommand } from './parse-command.js';
import { type NetnsProcess, type NetnsSpawnOptions, spawnInNetns } from './spawn-in-netns.js';

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
    info: Pick<NetnsInfo, 'inode' | 'device' | 'cookie'>,
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
   * @throws LibcniError `ERR_NOT_FOUND` where the command or its folder is not there, `ERR_PERMISSION` where it may not
   * be run, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_NETNS` where the namespace is gone, another one is in its place, or the
   * command cannot be started for another reason, `ERR_CONF_INVALID` where an argument is invalid, or all are too long.
   */
  async exec(
    file: string,
    args: readonly string[] = [],
    options: NetnsExecOptions = {},
  ): Promise<NetnsExecResult> {
    const command = parseCommand({ file, args, options });
    const { signal, timeoutMs } = command.options;
    await refuseAnother(this.known, { signal, timeoutMs, helper: this.helper });
    const { options: given, ...program } = command;
    return await execInNetns({ ...given, ...program, helper: this.helper, netns: this.path });
  }

  /**
   * Starts a command inside and gives its streams, for what {@link exec} would have to wait for: a server, or what prints
   * more than fits into memory. Read or destroy both of its outputs, or it stops when they are full. A command that may
   * not be run ends with the exit code 126.
   *
   * @throws LibcniError `ERR_NOT_FOUND` where the command is not there, `ERR_NETNS` where the namespace is gone or another one is in its place, `ERR_HELPER` where the
   * native helper is missing, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID`.
   */
  async spawn(
    file: string,
    args: readonly string[] = [],
    options: NetnsSpawnOptions = {},
  ): Promise<NetnsProcess> {
    const command = parseCommand({ file, args, options });
    const { signal, timeoutMs } = command.options;
    await refuseAnother(this.known, { signal, timeoutMs, helper: this.helper });
    const { options: given, ...program } = command;
    return await spawnInNetns({ ...given, ...program, helperPath: this.helper.path, netns: this.path });
  }

  /** Brings the interface `lo` up. @throws LibcniError as {@link Netns.exec} does */
  async loopbackUp(limits: NetnsLimits = {}): Promise<void> {
    const options = { ...parseOptions(limitsSchema(), limits), helper: this.helper };
    await refuseAnother(this.known, options);
    await loopbackUp(this.path, options);
  }

  /**
   * Removes the namespace and its file, whatever is mounted over it there, and then its link. Doing so twice is fine,
   * even if the path leads to another one by then.
   */
  async remove(limits: NetnsLimits = {}): Promise<void> {
    const options = { ...parseOptions(limitsSchema(), limits), helper: this.helper };
    await removeOwnNetns(this.known, options);
    if (this.link !== undefined) await removeLink(this.link, this.path);
  }

  /** Removes the namespace at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}
