import { execFile } from 'node:child_process';
import type { Lab } from '../../harness/lab.js';
import { pluginDir } from '../../harness/plugin-dirs.js';
import { command } from '../../hook/harness/command.js';
import { confDir } from '../../operator/harness/operators.js';

/** How the command ended, and what it printed. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command, with the folders of a lab in cnitool's variables, and in an option for the cache. */
export function useCommand(lab: Lab): (...args: string[]) => Promise<Outcome> {
  return (...args) => {
    const env = { ...process.env, NETCONFPATH: confDir(lab), CNI_PATH: pluginDir };
    // After `--` comes the command line of another program.
    const end = args.includes('--') ? args.indexOf('--') : args.length;
    const cache = hasCache(args) ? ['--cache-dir', lab.cacheDir] : [];
    return runCommand([...args.slice(0, end), ...cache, ...args.slice(end)], env);
  };
}

/** Starts it like a user. Every way of ending is an outcome. */
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
