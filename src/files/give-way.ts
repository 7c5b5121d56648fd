/** How long work that is done at once may hold the event loop. */
const TURN_MS = 2;

let turnStart: number | undefined;

/**
 * To be awaited between pieces of work that are done at once. Lets the event loop have a turn when all who call
 * this have held it for two milliseconds together.
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
