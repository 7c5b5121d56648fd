/** How long synchronous work may hold the event loop. */
const TURN_MS = 2;

let turnStart: number | undefined;

/**
 * Await this between pieces of synchronous work. It lets the event loop have a turn once all callers together have
 * held it for two milliseconds.
 */
export async function giveWay(): Promise<void> {
  const now = performance.now();
  if (turnStart === undefined) {
    turnStart = now;
    setImmediate(() => {
      turnStart = undefined;
    });
  } else if (now - turnStart > TURN_MS) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
