import { readFileSync } from 'node:fs';

/** A process, identified by its id and start time, since ids are reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since boot. */
  readonly start: string;
}

/** The process with that id; `undefined` if there is none, or it is a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    // The program's name, in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state = '', start = ''] = [fields[0], fields[19]];
    return ['Z', 'X'].includes(state) ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

/** Whether exactly that process still runs. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.start === start;
}

/** Changes with each boot. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
