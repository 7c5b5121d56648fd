import { LibcniError } from '../errors/libcni-error.js';
import { compareIdentities, type NetnsLook } from '../platform/netns/index.js';

/** Says that a namespace is meant although it is the machine's. */
export interface HostNetnsOption {
  /**
   * Says that the namespace of this process, or of process 1, is meant. Without it, nothing is made or checked there, and
   * what is taken down is taken down without the namespace. @default false
   */
  readonly hostNetns?: boolean | undefined;
}

/**
 * Refuses the namespace of the machine: a mistake there takes the machine off the network.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function refuseHostNetns(look: NetnsLook, path: string, { hostNetns }: HostNetnsOption): void {
  if (look.state !== 'there' || !look.isHost || hostNetns) return;
  const summary = `${path} is the network namespace of this process, or of process 1; say hostNetns: true if that is meant`;
  throw new LibcniError('ERR_NETNS', summary, { value: path });
}

/** The error for a path that leads to no namespace, whoever noticed it. @param cause - what they said */
export function noNetnsError(path: string, look: NetnsLook, cause: unknown): LibcniError | undefined {
  if (look.state !== 'none') return undefined;
  const what = look.isOccupied ? 'what is there is none' : 'nothing is there';
  const summary = `there is no network namespace at ${JSON.stringify(path)}: ${what}`;
  return new LibcniError('ERR_NETNS', summary, { cause, value: path });
}

/**
 * Refuses to work in a namespace that is not the one of the record. One that nobody took down counts as the same.
 *
 * @throws LibcniError `ERR_NETNS` that says whether it is gone or another one is there
 */
export function refuseOtherNetns(look: NetnsLook, path: string, recorded: string | undefined): void {
  const refuse = (what: string) => {
    throw new LibcniError('ERR_NETNS', what, { value: path });
  };
  if (recorded === undefined && !(look.state === 'none' && look.isOccupied)) return;
  if (look.state === 'none')
    refuse(`there is no network namespace at ${path}; the one of the attachment is gone`);
  if (look.state === 'there' && compareIdentities(recorded, look.identity) === 'another')
    refuse(`another network namespace is at ${path}; the one of the attachment is not there any more`);
}
