import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { HelperExec, ProcessExec } from 'libcni';
import { repeat } from './repeat.js';
import type { Run, Starter, Task } from './task.js';

type RunPlugin = (path: string, stdin: string, env: Readonly<Record<string, string>>) => Promise<string>;

const helperExec = new HelperExec();
const processExec = new ProcessExec();

/** The ways to start a plugin. */
export const starters: Readonly<Record<Starter, RunPlugin>> = {
  helper: (path, stdin, env) => helperExec.execPlugin(path, stdin, env, {}),
  'process-exec': (path, stdin, env) => processExec.execPlugin(path, stdin, env, {}),
  execa: runExeca,
  child_process: runChild,
};

/** Runs only the no-op plugin. */
export function pluginRuns(task: Task): Run {
  const { starter = 'helper', pluginDir = '', config = '' } = task;
  const path = join(pluginDir, 'noop');
  const environment = { PATH: process.env.PATH ?? '', CNI_COMMAND: 'ADD' };
  return () => repeat(task, () => starters[starter](path, config, environment));
}

/** What a program would write that uses execa directly. */
async function runExeca(path: string, stdin: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await execa(path, { input: stdin, env, extendEnv: false });
  return stdout;
}

/** What a program would write that uses `child_process` directly and collects the output. */
function runChild(path: string, stdin: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, { env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${path} exited with ${code}: ${stderr}`));
    });
    child.stdin.end(stdin);
  });
}
