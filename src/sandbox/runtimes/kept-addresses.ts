import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { openNetns } from '../../netns/index.js';
import type { RuntimeOptions } from './runtime.js';

/** iproute2 writes and reads what the kernel has, so that nothing of it is lost on the way. */
const SAVE = `
[ -n "$(ip -oneline address show scope global)" ] || exit 3
umask 077
ip address save scope global >"$1.addresses" && ip route save >"$1.routes" && ip -6 route save >"$1.routes6"
`;
const PUT_BACK = `
[ -e "$1.routes6" ] || exit 0
ip address restore <"$1.addresses" && ip route restore <"$1.routes" && ip -6 route restore <"$1.routes6"
`;
/** There is none in the namespace. */
const NO_ADDRESS = 3;

/** Where addresses are kept, and the namespace that they belong to. */
interface KeptAddresses {
  readonly netns: string;
  /** A folder that goes with the sandbox. */
  readonly folder: string;
}

/**
 * Keeps the addresses and routes of a namespace for the next process in it, for a runtime that takes them off the
 * interfaces into a network stack of its own. Where an earlier process has taken them, puts them back.
 *
 * @throws LibcniError `ERR_RUNTIME` where they cannot be put back; `ERR_NETNS`, `ERR_TIMEOUT`, `ERR_ABORTED`
 */
export async function keepAddresses(
  { netns, folder }: KeptAddresses,
  { signal, timeoutMs }: RuntimeOptions,
): Promise<void> {
  const namespace = await openNetns(netns);
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: 'C' };
  const run = (script: string) =>
    namespace.exec('sh', ['-c', script, 'sh', join(folder, 'kept')], { env, signal, timeoutMs });
  // Without iproute2 they are not kept, which matters to a sandbox only where its process is made again.
  if ((await run(SAVE)).exitCode !== NO_ADDRESS) return;
  const { exitCode, stderr } = await run(PUT_BACK);
  if (exitCode === 0) return;
  const summary = `the addresses of ${netns} cannot be put back: ${stderr.trim()}`;
  throw new LibcniError('ERR_RUNTIME', summary, { value: netns });
}
