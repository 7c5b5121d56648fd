import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { LibcniError } from '../../errors/index.js';
import { openNetns } from '../../netns/index.js';
import { findHelperBinary } from '../../platform/helper/index.js';
import { netnsPath } from '../options/netns-path.js';
import type { NetnsCommandOptions } from './options.js';

/** A program to run in a namespace. */
export interface NetnsProgram {
  readonly netns: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** Signals that end a command, for example from a terminal. They are passed on, and this process waits for the program. */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs a program in a namespace with the input and outputs of this process. */
export async function exec(
  { netns, program, args }: NetnsProgram,
  { dir }: NetnsCommandOptions,
): Promise<void> {
  const path = netnsPath(netns, dir);
  await openNetns(path);
  const helper = findHelperBinary();
  if (helper === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  const child = spawn(helper, ['exec', path, '--', program, ...args], { stdio: 'inherit' });
  for (const name of passedOn)
    process.on(name, () => {
      // The terminal sends its own signals to the whole group.
      if (name === 'SIGTERM' || process.stdin.isTTY !== true) child.kill(name);
    });
  const [code, signal]: [number | null, NodeJS.Signals | null] = await awaitExit(child);
  process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

async function awaitExit(child: ReturnType<typeof spawn>): Promise<[number | null, NodeJS.Signals | null]> {
  const [code, signal] = await once(child, 'exit');
  return [code, signal];
}
