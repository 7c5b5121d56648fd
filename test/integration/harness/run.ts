import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { z } from 'zod';

const execute = promisify(execFile);
const limits = { maxBuffer: 16 * 1024 * 1024 };

/** Runs a program of the system to its end and gives what it printed; rejects when it fails. */
export async function run(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(file, args, limits);
  return stdout;
}

/** Runs a program in a network namespace. No path: in the namespace of this process. */
export function runIn(netns: string | undefined, file: string, ...args: string[]): Promise<string> {
  return netns === undefined ? run(file, ...args) : run('nsenter', `--net=${netns}`, file, ...args);
}

/** As `runIn`, for a program that prints JSON; iproute2 prints nothing at all where it has nothing to show. */
export async function readJson<Schema extends z.ZodType>(
  schema: Schema,
  netns: string | undefined,
  ...command: [file: string, ...args: string[]]
): Promise<z.infer<Schema>> {
  const text = await runIn(netns, ...command);
  return schema.parse(JSON.parse(text.trim() || '[]'));
}
