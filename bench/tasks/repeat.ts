import type { Task } from './task.js';

/** Calls `run` for 0 to `count` - 1, `concurrency` at a time. */
export async function repeat(
  { count = 1, concurrency = 1 }: Task,
  run: (index: number) => Promise<unknown>,
): Promise<void> {
  const indexes = Array(count).keys();
  const work = async () => {
    for (const index of indexes) await run(index);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
