import { setTimeout } from 'node:timers/promises';

/**
 * Reads again until nothing is left or the time is over, and returns the last reading. The kernel reports killed processes
 * and removed namespaces a little before it has removed them and their interfaces.
 */
export async function untilEmpty(read: () => Promise<string[]>, timeoutMs = 3000): Promise<string[]> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await read();
    if (found.length === 0 || Date.now() > end) return found;
    await setTimeout(50);
  }
}

/** Waits for a condition. Throws if the time is over. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${holds}`);
    await setTimeout(20);
  }
}
