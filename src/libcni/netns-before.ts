import { LibcniError } from '../errors/libcni-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { compareIdentities, type NetnsLook, noNetnsAt } from '../platform/netns/index.js';

/** Whether the namespace of the host is allowed. */
export interface HostNetnsOption {
  /**
   * Allows the namespace of this process, or of process 1. Without it, ADD and CHECK refuse such a namespace, and DEL runs
   * without it. Recent plugins of the CNI project refuse it themselves unless `CNI_NETNS_OVERRIDE=1` is in the environment.
   * @default false
   */
  readonly hostNetns?: boolean | undefined;
}

/**
 * Refuses the machine's namespace: a mistake there takes the machine off the network.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function refuseHostNetns(look: NetnsLook, path: string, { hostNetns }: HostNetnsOption): void {
  if (look.state !== 'there' || !look.isHost || hostNetns) return;
  const summary = `${path} is the network namespace of this process, or of process 1; set hostNetns: true to allow it`;
  throw new LibcniError('ERR_NETNS', summary, { value: path });
}

/** The path that plugins get, and what was there before. */
interface NetnsSeen {
  readonly path: string;
  readonly look: NetnsLook;
}

/** The codes of plugins for errors without a code of their own, and for a bad environment variable such as `CNI_NETNS`. */
const [UNTOLD, BAD_VARIABLE] = [999, 4];

/**
 * The error for a plugin that failed because there is no namespace; `undefined` if it may have failed for another
 * reason. Each plugin has its own message for a namespace that it cannot open.
 */
export function netnsFault(error: unknown, { path, look }: NetnsSeen): LibcniError | undefined {
  if (!(error instanceof PluginError) || error.reason !== 'reported') return undefined;
  if (error.code !== UNTOLD && !(path === '' && error.code === BAD_VARIABLE)) return undefined;
  const { plugin, pluginPath } = error;
  return noNetnsError(path, look, error)?.with({ plugin, pluginPath });
}

/** The error for a path that leads to no namespace. @param cause - the original error */
export function noNetnsError(path: string, look: NetnsLook, cause?: unknown): LibcniError | undefined {
  if (look.state !== 'none') return undefined;
  const summary =
    path === '' ? 'no network namespace is named: netns is empty' : noNetnsAt(path, look.isOccupied);
  return new LibcniError('ERR_NETNS', summary, { cause, value: path });
}

/**
 * Refuses a namespace other than the recorded one. If none was recorded, any namespace is accepted.
 *
 * @throws LibcniError `ERR_NETNS` that says whether it is gone or was replaced
 */
export function refuseOtherNetns(look: NetnsLook, path: string, recorded: string | undefined): void {
  if (recorded === undefined && !(look.state === 'none' && look.isOccupied)) return;
  if (look.state === 'there' && compareIdentities(recorded, look.identity) === 'another') {
    const summary = `another network namespace is at ${path}; that of the attachment no longer exists`;
    throw new LibcniError('ERR_NETNS', summary, { value: path });
  }
  const none = noNetnsError(path, look);
  if (none !== undefined) throw none;
}
