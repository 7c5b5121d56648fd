/** How long synchronous work may hold the event loop. */
const TURN_MS = 2;

/** When the current turn of the event loop began to be counted; `undefined` if nobody has worked in it yet. */
let turnStart: number | undefined;

/** Settles when the last who has asked so far may go on. */
let last: Promise<void> = Promise.resolve();

/**
 * Await this between pieces of synchronous work. It lets the event loop have a turn once all callers together have
 * held it for two milliseconds. A piece of work that takes longer has a turn of its own. First come, first served.
 */
// Not async: the caller must go on, and work, before the next one looks whether there is time left.
export function giveWay(): Promise<void> {
  last = last.then(untilTurn);
  return last;
}

async function untilTurn(): Promise<void> {
  while (turnStart !== undefined && performance.now() - turnStart > TURN_MS)
    await new Promise((resolve) => setImmediate(resolve));
  beginTurn();
}

function beginTurn(): void {
  if (turnStart !== undefined) return;
  turnStart = performance.now();
  setImmediate(() => {
    turnStart = undefined;
  });
}
