import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { z } from 'zod';

const execute = promisify(execFile);
const limits = { maxBuffer: 16 * 1024 * 1024 };

/** Runs a system program to its end and returns its output. Rejects if it fails. */
export async function run(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(file, args, limits);
  return stdout;
}

/** Runs a program in a network namespace, without a path in that of this process. */
export function runIn(netns: string | undefined, file: string, ...args: string[]): Promise<string> {
  return netns === undefined ? run(file, ...args) : run('nsenter', `--net=${netns}`, file, ...args);
}

/** Like `runIn`, for a program that prints JSON. iproute2 prints nothing if it has nothing to show. */
export async function readJson<Schema extends z.ZodType>(
  schema: Schema,
  netns: string | undefined,
  ...command: [file: string, ...args: string[]]
): Promise<z.infer<Schema>> {
  const text = await runIn(netns, ...command);
  return schema.parse(JSON.parse(text.trim() || '[]'));
}
