import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const prepare = fileURLToPath(new URL('prepare.sh', import.meta.url));

/**
 * Runs a command in its own network and mount namespaces, so that the machine stays unchanged.
 * Needs root, or a kernel on which everybody can create user namespaces.
 *
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<number>} the exit code of the command; 128 plus the signal number if a signal ended it
 */
export function runIsolated(command, { env = process.env, stdio = 'inherit' } = {}) {
  const { file, args } = isolatedCommand(command);
  return runToEnd(file, args, { env: { ...env, PATH: `${env.PATH ?? ''}:/usr/sbin:/sbin` }, stdio });
}

/**
 * The command that {@link runIsolated} starts, for callers that start it themselves. `PATH` must have the folders of system programs.
 *
 * @param {readonly string[]} command
 * @returns {{ file: string, args: string[] }}
 */
export function isolatedCommand(command) {
  const args = ['--net', '--mount', '--propagation', 'unchanged', '--', 'sh', prepare, ...command];
  return { file: 'unshare', args: process.getuid?.() === 0 ? args : ['--user', '--map-root-user', ...args] };
}

/** Whether this process can create the namespaces that {@link runIsolated} needs. */
export async function canIsolate() {
  return (await runIsolated(['true'], { stdio: 'ignore' }).catch(() => 1)) === 0;
}

/** The hint for machines that do not allow namespaces. */
export const isolationHint = [
  'This needs its own network and mount namespaces, but this process is not allowed to create them.',
  'Run it as root (`sudo npm run ...`), or allow user namespaces: `sysctl -w kernel.unprivileged_userns_clone=1`.',
  'It also needs `unshare`, `mount` and `ip`: `apt-get install util-linux mount iproute2`.',
].join('\n');

function runToEnd(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, options);
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
