import type { Figures } from '../tasks/task.js';

/** One of the programs or ways that are compared. */
export interface Contender {
  readonly name: string;
  /** Runs before each round, and is not timed. */
  readonly prepare?: () => Promise<void>;
  /** Runs after each round, and is not timed. Fails if the round did not do its work. */
  readonly verify?: () => Promise<void>;
  /** Runs one round; its figures are divided by `runs`. */
  readonly run: () => Promise<Figures>;
  /** How many runs one round has. */
  readonly runs: number;
}

/** The figures of one round for a single run, by contender. */
export type Round = ReadonlyMap<string, Figures>;

/**
 * Runs every contender in every round, so that changes of the machine affect all of them. Each round begins with a
 * different contender. A first round warms up and does not count.
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

/** The longest block and the memory are for all runs, so they are not divided. */
function perRun({ wallMs, busyMs, cpuMs, longestBlockMs, memoryMebibytes }: Figures, runs: number): Figures {
  return {
    wallMs: wallMs / runs,
    ...(busyMs !== undefined && { busyMs: busyMs / runs }),
    ...(cpuMs !== undefined && { cpuMs: cpuMs / runs }),
    ...(longestBlockMs !== undefined && { longestBlockMs }),
    ...(memoryMebibytes !== undefined && { memoryMebibytes }),
  };
}
