import { parseOptions } from '../arguments/parse-argument.js';
import { HelperClient, type NetnsInfo } from '../platform/helper/index.js';
import { netnsIdentity } from '../platform/netns/index.js';
import { limitsSchema } from './call-fields.js';
import { execInNetns, type NetnsExecOptions, type NetnsExecResult } from './exec-in-netns.js';
import { loopbackUp } from './loopback-up.js';
import { removeLink } from './netns-link.js';
import type { NetnsLimits } from './netns-options.js';
import { type KnownNetns, refuseAnother, removeOwnNetns } from './own-netns.js';
import { parseCommand } from './parse-command.js';
import { type NetnsProcess, type NetnsSpawnOptions, spawnInNetns } from './spawn-in-netns.js';

/** A network namespace that is pinned by a file. It outlives this object and this process until it is removed. */
export class Netns implements AsyncDisposable {
  /** The absolute path of the file, for `CNI_NETNS`. */
  readonly path: string;
  /** The namespace's inode, as in `readlink /proc/self/ns/net` inside it. */
  readonly inode: bigint;
  /** The device that `inode` belongs to. */
  readonly device: bigint;
  /**
   * The identity of the namespace as a string, from the boot id and the cookie of the namespace. It is unique, whatever
   * happens to paths, inodes and clocks. Linux before 5.14 has no cookies: there, a later namespace of the same boot can
   * have the same identity.
   */
  readonly identity: string;
  /** The link to it in another folder, if it has one. */
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
    this.identity = netnsIdentity(info);
    this.link = link;
  }

  /**
   * Runs a command inside. A file without a slash is looked up on `PATH`. A failing exit code is a result.
   *
   * @throws LibcniError `ERR_NOT_FOUND` if the command or its folder does not exist, `ERR_PERMISSION` if it may not be executed,
   * `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_NETNS` if the namespace is gone or was replaced, or the command cannot be started for
   * another reason, `ERR_CONF_INVALID` if an argument is invalid, or the arguments are too long.
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
   * Starts a command inside and returns its streams, for commands that do not suit {@link exec}: a server, or a command that
   * prints more than fits into memory. Read or destroy both outputs, or the command stops when they are full. A command
   * that may not be executed ends with exit code 126.
   *
   * @throws LibcniError `ERR_NOT_FOUND` if the command does not exist, `ERR_NETNS` if the namespace is gone or was replaced,
   * `ERR_HELPER` if the native helper is missing, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID`.
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

  /** Brings up the interface `lo`. @throws LibcniError as {@link Netns.exec} */
  async loopbackUp(limits: NetnsLimits = {}): Promise<void> {
    const options = { ...parseOptions(limitsSchema(), limits), helper: this.helper };
    await refuseAnother(this.known, options);
    await loopbackUp(this.path, options);
  }

  /**
   * Removes the namespace and its file, including anything mounted over it, and then its link. May be called twice, even if
   * the path leads to another namespace by then.
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
