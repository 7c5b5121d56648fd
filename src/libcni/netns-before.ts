import { LibcniError } from '../errors/libcni-error.js';
import { compareIdentities, type NetnsLook } from '../platform/netns/index.js';

/** Allows the namespace of the machine. */
export interface HostNetnsOption {
  /**
   * Allows the namespace of this process, or of process 1. Without it, ADD and CHECK refuse such a namespace, and DEL runs
   * without it. @default false
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

/** The error for a path that leads to no namespace. @param cause - the original error */
export function noNetnsError(path: string, look: NetnsLook, cause: unknown): LibcniError | undefined {
  if (look.state !== 'none') return undefined;
  const what = look.isOccupied ? 'something else is there' : 'nothing is there';
  const summary = `there is no network namespace at ${JSON.stringify(path)}: ${what}`;
  return new LibcniError('ERR_NETNS', summary, { cause, value: path });
}

/**
 * Refuses a namespace other than the recorded one. If none was recorded, any namespace is accepted.
 *
 * @throws LibcniError `ERR_NETNS` that says whether it is gone or was replaced
 */
export function refuseOtherNetns(look: NetnsLook, path: string, recorded: string | undefined): void {
  const refuse = (what: string) => {
    throw new LibcniError('ERR_NETNS', what, { value: path });
  };
  if (recorded === undefined && !(look.state === 'none' && look.isOccupied)) return;
  if (look.state === 'none')
    refuse(`there is no network namespace at ${path}; that of the attachment is gone`);
  if (look.state === 'there' && compareIdentities(recorded, look.identity) === 'another')
    refuse(`another network namespace is at ${path}; that of the attachment no longer exists`);
}
