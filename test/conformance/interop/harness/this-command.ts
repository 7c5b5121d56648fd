import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { command } from '../../../integration/hook/harness/command.js';
import { environment } from './cnitool.js';
import type { Network } from './network.js';
import type { Attachment, Runtime } from './runtime.js';

const execute = promisify(execFile);

/** The command of this library, on a network, with the environment that cnitool gets. */
export function thisCommand(network: Network): Runtime {
  const run = (verb: string, attachment?: Attachment, ...more: string[]) =>
    runCommand(network, [verb, network.list.name, attachment?.netns ?? '/unused', ...more], attachment);
  return {
    add: async (attachment) => JSON.parse(await run('add', attachment)),
    check: async (attachment) => void (await run('check', attachment)),
    del: async (attachment) => void (await run('del', attachment)),
    gc: async () => void (await run('gc', undefined, '--all')),
    status: async () => void (await run('status')),
  };
}

async function runCommand(
  network: Network,
  args: readonly string[],
  attachment?: Attachment,
): Promise<string> {
  const env = environment(network, attachment);
  const { stdout } = await execute(process.execPath, [command, ...args], { env });
  return stdout;
}
