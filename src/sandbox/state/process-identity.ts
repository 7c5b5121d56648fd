import { readFileSync } from 'node:fs';

/** A process, told from a later one with the same number by when it began. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the machine was started. */
  readonly start: string;
}

/** The process of that number; `undefined` where there is none, or it has ended and only waits for its parent. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    // The name of the program, in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state = '', start = ''] = [fields[0], fields[19]];
    return ['Z', 'X'].includes(state) ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.start === start;
}

/** Another one after each start of the machine. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
