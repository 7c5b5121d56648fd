import { basename, dirname } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { pinNetns } from '../../netns/index.js';
import type { LiveSandbox } from '../live-sandbox.js';
import { isAlive } from '../state/process-identity.js';
import { hasOwnUsers, removeOwn } from './namespace.js';
import type { Step } from './step.js';

/**
 * With a user namespace of the pod: binds the network namespace that the runtime created in it to the path of the sandbox
 * key, where networks and later containers look for it.
 */
export const bind: Step = {
  applies: ({ record }) => record.netns !== undefined && hasOwnUsers(record),
  async perform(sandbox, signal) {
    const { context, record } = sandbox;
    const { netns = '', process } = record;
    if (process === undefined) throw failure(sandbox, 'the runtime does not tell its process');
    const place = { dir: dirname(netns), name: basename(netns) };
    const { helper, foreignFolders } = context;
    const { identity } = await pinNetns(process.pid, { ...place, foreignFolders, helper, signal });
    sandbox.note({ netnsIdentity: identity });
    // The process id may have been reused by then.
    if (!isAlive(process)) throw failure(sandbox, 'its process has ended');
  },
  undo: removeOwn,
};

function failure({ id, record }: LiveSandbox, why: string): LibcniError {
  const summary = `the network namespace of the sandbox cannot be bound to ${record.netns}: ${why}`;
  return new LibcniError('ERR_NETNS', summary, { containerId: id, value: record.netns });
}
