import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { LibcniError } from 'libcni';
import * as z from 'zod';

/** A container for conmon. */
interface Watched {
  readonly id: string;
  /** The folder with `config.json` and `rootfs`. */
  readonly bundle: string;
  /** The folder for the runtime's own state. */
  readonly root: string;
  /** The folder for exit codes: a file named after each container. */
  readonly exits: string;
  readonly logFile: string;
  readonly tty: boolean;
}

const answerSchema = z.looseObject({ data: z.number(), message: z.string().optional() });

/**
 * Creates a container with runc under conmon, a small process that outlives this one. It writes the output of the container
 * in CRI's format, and records its exit code.
 *
 * @returns the process of the container
 */
export async function createWatched({ id, bundle, root, exits, logFile, tty }: Watched): Promise<number> {
  const args = [
    ...['--api-version', '1', '--cid', id, '--cuuid', id, '--name', id.slice(0, 12), '--bundle', bundle],
    ...['--runtime', '/usr/sbin/runc', '--runtime-arg', '--root', '--runtime-arg', root],
    ...['--exit-dir', exits, '--container-pidfile', join(bundle, 'pid')],
    ...['--conmon-pidfile', join(bundle, 'conmon-pid')],
    ...['--socket-dir-path', bundle, '--log-path', logFile === '' ? 'none' : `k8s-file:${logFile}`],
    ...(tty ? ['--terminal'] : []),
  ];
  // It reports the outcome on a separate pipe, and inherits nothing else.
  const conmon = spawn('conmon', args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...process.env, _OCI_SYNCPIPE: '3' },
  });
  const [said] = await Promise.all([firstLine(conmon.stdio[3]), once(conmon, 'exit')]);
  const { data: pid, message = 'no reason given' } = answerSchema.parse(JSON.parse(said ?? '{"data":-1}'));
  if (pid <= 0) throw new LibcniError('ERR_RUNTIME', `container ${id} cannot be created: ${message}`);
  return pid;
}

async function firstLine(pipe: unknown): Promise<string | undefined> {
  if (!(pipe instanceof Readable)) return undefined;
  for await (const line of createInterface({ input: pipe })) {
    pipe.destroy();
    return line;
  }
  return undefined;
}
