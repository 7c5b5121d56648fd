import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contender } from '../measure/rounds.js';
import { pluginConfig } from './configurations.js';
import { BARE, type Bench } from './suite.js';

const execute = promisify(execFile);

/** The C program that runs the no-op plugin in a loop, always one after another. */
export function bareSpawn({ workspace }: Bench, runs: number): Contender {
  const { spawnLoop, pluginDir } = workspace.programs;
  const env = { PATH: process.env.PATH ?? '', CNI_COMMAND: 'ADD' };
  const run = async () => {
    const loop = execute(spawnLoop, [String(runs), `${pluginDir}/noop`], { env });
    loop.child.stdin?.end(pluginConfig);
    const { stdout } = await loop;
    return { wallMs: Number(stdout) / 1e6 };
  };
  return { name: BARE, runs, run };
}
