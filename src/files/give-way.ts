/** How long synchronous work may hold the event loop. */
const TURN_MS = 2;

/** When the current turn of the event loop began to be counted; `undefined` if nobody has worked in it yet. */
let turnStart: number | undefined;

/** Those whose turn is yet to come, first come, first served. */
const waiting: (() => void)[] = [];

/**
 * Await this between pieces of synchronous work. It lets the event loop have a turn once all callers together have
 * held it for two milliseconds. A piece of work that takes longer has a turn of its own.
 */
export async function giveWay(): Promise<void> {
  const mayGoOn = turnStart === undefined ? waiting.length === 0 : !isSpent(turnStart);
  if (mayGoOn) return beginTurn();
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    setImmediate(releaseNext);
  });
}

/** All immediates of a turn run one after another, so each looks whether those before it have left time. */
function releaseNext(): void {
  if (turnStart !== undefined && isSpent(turnStart)) {
    setImmediate(releaseNext);
    return;
  }
  beginTurn();
  waiting.shift()?.();
}

function beginTurn(): void {
  if (turnStart !== undefined) return;
  turnStart = performance.now();
  setImmediate(() => {
    turnStart = undefined;
  });
}

function isSpent(start: number): boolean {
  return performance.now() - start > TURN_MS;
}
