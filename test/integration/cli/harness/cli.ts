import { execFile } from 'node:child_process';
import type { Lab } from '../../harness/lab.js';
import { pluginDir } from '../../harness/plugin-dirs.js';
import { command } from '../../hook/harness/command.js';
import { confDir } from '../../operator/harness/operators.js';

/** How the command ended, and what it said. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command on the places of a lab, which it is told by cnitool's variables, and by an option for the cache. */
export function useCommand(lab: Lab): (...args: string[]) => Promise<Outcome> {
  return (...args) => {
    const env = { ...process.env, NETCONFPATH: confDir(lab), CNI_PATH: pluginDir };
    // Behind `--` are the words of another program.
    const end = args.includes('--') ? args.indexOf('--') : args.length;
    const cache = hasCache(args) ? ['--cache-dir', lab.cacheDir] : [];
    return runCommand([...args.slice(0, end), ...cache, ...args.slice(end)], env);
  };
}

/** As a user starts it; whatever becomes of it is an outcome. */
export function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

function hasCache([first, second]: readonly string[]): boolean {
  return first !== 'netns' || second === 'inspect';
}
