import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureDir } from 'fs-extra/esm';
import { LibcniError } from '../../errors/libcni-error.js';
import { removeNetns } from '../../netns/index.js';
import type { LiveSandbox } from '../live-sandbox.js';
import { findExecutable } from '../runtimes/find-executable.js';
import { runCommand } from '../runtimes/run-command.js';
import { isAlive } from '../state/process-identity.js';
import { hasOwnUsers } from './namespace.js';
import type { Step } from './step.js';

const TIMEOUT_MS = 10_000;

/**
 * With a user namespace of the pod's own: gives the network namespace that the runtime made in it the path of the sandbox
 * key, where networks and later containers look for it.
 */
export const bind: Step = {
  applies: ({ record }) => record.netns !== undefined && hasOwnUsers(record),
  async perform(sandbox, signal) {
    const { netns = '', process } = sandbox.record;
    if (process === undefined) throw failure(sandbox, 'the runtime does not tell its process');
    await ensureDir(dirname(netns));
    await (await open(netns, 'wx', 0o444)).close();
    await mount(sandbox, `/proc/${process.pid}/ns/net`, signal);
    // The number may have been that of another process by then.
    if (!isAlive(process)) throw failure(sandbox, 'its process has ended');
  },
  async undo({ context, record }, signal) {
    if (record.netns !== undefined) await removeNetns(record.netns, { helper: context.helper, signal });
  },
};

async function mount(sandbox: LiveSandbox, from: string, signal: AbortSignal): Promise<void> {
  const program = findExecutable('mount');
  if (program === undefined) throw failure(sandbox, 'the program mount is not there');
  const args = ['--bind', from, sandbox.record.netns ?? ''];
  const { exitCode, stderr } = await runCommand({ program, args, signal, timeoutMs: TIMEOUT_MS });
  if (exitCode !== 0) throw failure(sandbox, stderr.trim());
}

function failure({ id, record }: LiveSandbox, why: string): LibcniError {
  const summary = `the network namespace of the sandbox cannot be given the path ${record.netns}: ${why}`;
  return new LibcniError('ERR_NETNS', summary, { containerId: id, value: record.netns });
}
