import { randomInt } from 'node:crypto';

/** The seed of this run: from the variable `FAULT_SEED`, else a random one. It is printed. */
export function chooseSeed(): number {
  const seed = Number(process.env.FAULT_SEED ?? randomInt(2 ** 31));
  process.stdout.write(`to repeat this run: FAULT_SEED=${seed}\n`);
  return seed;
}

/** Numbers from 0 to 1 that depend only on the seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
