import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { openNetns } from '../../netns/index.js';
import type { RuntimeOptions } from './runtime.js';

/** iproute2 saves and restores the kernel's own data, so that nothing is lost. */
const SAVE = `
[ -n "$(ip -oneline address show scope global)" ] || exit 3
umask 077
ip address save scope global >"$1.addresses" && ip route save >"$1.routes" && ip -6 route save >"$1.routes6"
`;
const PUT_BACK = `
[ -e "$1.routes6" ] || exit 0
ip address restore <"$1.addresses" && ip route restore <"$1.routes" && ip -6 route restore <"$1.routes6"
`;
/** There is no address in the namespace. */
const NO_ADDRESS = 3;

/** Where to keep addresses, and the namespace that they belong to. */
interface KeptAddresses {
  readonly netns: string;
  /** A folder that is removed with the sandbox. */
  readonly folder: string;
}

/**
 * Saves the addresses and routes of a namespace for the next process in it, for a runtime that moves them from the
 * interfaces into a network stack of its own. If an earlier process has moved them, restores them.
 *
 * @throws LibcniError `ERR_RUNTIME` if they cannot be restored; `ERR_NETNS`, `ERR_TIMEOUT`, `ERR_ABORTED`
 */
export async function keepAddresses(
  { netns, folder }: KeptAddresses,
  { signal, timeoutMs }: RuntimeOptions,
): Promise<void> {
  const namespace = await openNetns(netns);
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: 'C' };
  const run = (script: string) =>
    namespace.exec('sh', ['-c', script, 'sh', join(folder, 'kept')], { env, signal, timeoutMs });
  // Without iproute2 they are not saved, which matters only if the sandbox's process is created again.
  if ((await run(SAVE)).exitCode !== NO_ADDRESS) return;
  const { exitCode, stderr } = await run(PUT_BACK);
  if (exitCode === 0) return;
  const summary = `the addresses of ${netns} cannot be restored: ${stderr.trim()}`;
  throw new LibcniError('ERR_RUNTIME', summary, { value: netns });
}
