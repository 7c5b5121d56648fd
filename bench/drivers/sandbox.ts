import { spawnSync } from 'node:child_process';
import { isolatedCommand } from '../../scripts/sandbox/isolate.mjs';

/** A program and its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

// `/run` is private to the sandbox, and so is the namespace: every driver has the same path, and it ends with the driver.
const WITH_NETNS = 'ip netns add bench && exec "$@"';

/** The command in its own network and mount namespaces, with a network namespace at `/run/netns/bench`. */
export function sandboxed({ file, args }: Command): Command {
  return isolatedCommand(['sh', '-c', WITH_NETNS, 'sh', file, ...args]);
}

/** Whether this process can create namespaces. */
export function canSandbox(): boolean {
  const { file, args } = sandboxed({ file: 'true', args: [] });
  return spawnSync(file, args, { stdio: 'ignore', env: driverEnvironment() }).status === 0;
}

/** The same environment for every driver, so that plugins do not depend on who runs the bench. */
export function driverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, HOME: process.env.HOME ?? '/' };
}
