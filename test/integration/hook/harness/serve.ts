import { join } from 'node:path';
import { type HookServer, installHooks, servedHooks, serveHooks } from '../../../../src/index.js';
import type { Lab } from '../../harness/lab.js';
import { createOperator } from '../../operator/harness/operators.js';
import { stateDir } from './command.js';
import type { Container } from './container.js';

/** The socket of a lab. */
export function socketOf(lab: Lab): string {
  return join(lab.folder, 'run/hook.sock');
}

/** Serves the hooks of a lab in this process, until the end of the test at the latest. */
export async function serve(lab: Lab): Promise<HookServer> {
  const operator = await createOperator(lab);
  const server = await serveHooks({ operator, stateDir: stateDir(lab), socket: socketOf(lab) });
  lab.defer(() => server.close());
  return server;
}

/** Makes a container use the server of the lab's hooks. */
export async function askServer(lab: Lab, container: Container, env: Record<string, string>): Promise<void> {
  await installHooks(container.bundle, servedHooks({ socket: socketOf(lab), env, timeoutMs: 30_000 }));
}
