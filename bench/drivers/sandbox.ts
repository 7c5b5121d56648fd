import { spawnSync } from 'node:child_process';
import { isolatedCommand } from '../../scripts/sandbox/isolate.mjs';

/** A program and its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

// Where `/run` is the sandbox's own, so is the namespace: the same path for every driver, and gone with it.
const WITH_NETNS = 'ip netns add bench && exec "$@"';

/** The command in network and mount namespaces of its own, with a network namespace at `/run/netns/bench`. */
export function sandboxed({ file, args }: Command): Command {
  return isolatedCommand(['sh', '-c', WITH_NETNS, 'sh', file, ...args]);
}

/** Whether this process may make namespaces. */
export function canSandbox(): boolean {
  const { file, args } = sandboxed({ file: 'true', args: [] });
  return spawnSync(file, args, { stdio: 'ignore', env: driverEnvironment() }).status === 0;
}

/** What every driver gets, so that a plugin's environment does not depend on who runs the bench. */
export function driverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, HOME: process.env.HOME ?? '/' };
}
