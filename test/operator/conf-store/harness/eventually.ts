import { setTimeout } from 'node:timers/promises';

/** Waits for a condition, for as long as a loaded machine may need. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await setTimeout(10);
  }
}
