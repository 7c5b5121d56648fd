import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Network } from './network.js';
import type { Attachment, Runtime } from './runtime.js';

const execute = promisify(execFile);

/** The command of Go libcni, on a network. */
export function cnitool(network: Network): Runtime {
  const run = (verb: string, attachment?: Attachment) => runCnitool(network, verb, attachment);
  return {
    add: async (attachment) => JSON.parse(await run('add', attachment)),
    check: async (attachment) => void (await run('check', attachment)),
    del: async (attachment) => void (await run('del', attachment)),
    gc: async () => void (await run('gc')),
    status: async () => void (await run('status')),
  };
}

/** cnitool requires a namespace for every verb, even if it does not use it. */
async function runCnitool(network: Network, verb: string, attachment?: Attachment): Promise<string> {
  const args = [verb, network.list.name, attachment?.netns ?? '/unused'];
  const { stdout } = await execute(findCnitool(), args, { env: environment(network, attachment) });
  return stdout;
}

/** All settings for cnitool, as variables. */
export function environment(network: Network, attachment?: Attachment): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    CNI_PATH: network.path.join(':'),
    NETCONFPATH: network.confDir,
    ...(attachment && {
      CNI_IFNAME: attachment.ifName,
      CNI_ARGS: attachment.args.map((pair) => pair.join('=')).join(';'),
      CAP_ARGS: JSON.stringify(attachment.capabilityArgs),
    }),
  };
}

function findCnitool(): string {
  const path = process.env.INTEROP_CNITOOL;
  if (path === undefined) throw new Error('cnitool is not built: run the tests with `npm run test:interop`.');
  return path;
}
