import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** The time of all runs of a program. */
export interface ProgramTime {
  readonly wallMs: number;
  /** Processor time of the program and of all children that it has waited for. */
  readonly cpuMs: number;
}

/** How a program is run. */
export interface ProgramRuns {
  /** @default 1 */
  readonly runs?: number;
  /** The file on its standard input. @default none */
  readonly input?: string;
}

/** Times a program that `timed-run` starts, without Node. */
export async function timeProgram(
  timedRun: string,
  words: readonly string[],
  { runs = 1, input = '/dev/null' }: ProgramRuns = {},
): Promise<ProgramTime> {
  const file = openSync(input, 'r');
  try {
    const child = spawn(timedRun, [String(runs), ...words], { stdio: [file, 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error(`${timedRun} has no output`);
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (code !== 0) throw new Error(`${words.join(' ')} failed`);
    const [wallNs = 0, cpuNs = 0] = printed.split(' ').map(Number);
    return { wallMs: wallNs / 1e6, cpuMs: cpuNs / 1e6 };
  } finally {
    closeSync(file);
  }
}
