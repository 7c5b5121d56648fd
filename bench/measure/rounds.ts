import type { Figures } from '../tasks/task.js';

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** What is not to be timed, before each round. */
  readonly prepare?: () => Promise<void>;
  /** Fails where a round has not done what it was timed for; not timed either. */
  readonly verify?: () => Promise<void>;
  /** One round; the figures are divided by `runs`. */
  readonly run: () => Promise<Figures>;
  /** How many runs one round has. */
  readonly runs: number;
}

/** The figures of one round, of a single run each, by the names of the contenders. */
export type Round = ReadonlyMap<string, Figures>;

/**
 * Lets every contender run in every round, so that a change of the machine's mood meets all of them. Each round
 * begins with another one. A round before the first warms up and does not count.
 */
export async function measureRounds(contenders: readonly Contender[], rounds: number): Promise<Round[]> {
  await measureRound(contenders);
  const measured: Round[] = [];
  for (let index = 0; index < rounds; index++) {
    const first = index % contenders.length;
    measured.push(await measureRound([...contenders.slice(first), ...contenders.slice(0, first)]));
  }
  return measured;
}

async function measureRound(contenders: readonly Contender[]): Promise<Round> {
  const round = new Map<string, Figures>();
  for (const { name, prepare, run, verify, runs } of contenders) {
    await prepare?.();
    round.set(name, perRun(await run(), runs));
    await verify?.();
  }
  return round;
}

/** The longest block is one of all runs, and memory is that of all. */
function perRun({ wallMs, busyMs, cpuMs, longestBlockMs, memoryMebibytes }: Figures, runs: number): Figures {
  return {
    wallMs: wallMs / runs,
    ...(busyMs !== undefined && { busyMs: busyMs / runs }),
    ...(cpuMs !== undefined && { cpuMs: cpuMs / runs }),
    ...(longestBlockMs !== undefined && { longestBlockMs }),
    ...(memoryMebibytes !== undefined && { memoryMebibytes }),
  };
}
