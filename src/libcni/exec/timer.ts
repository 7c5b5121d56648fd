/** A timer that can be stopped. */
export interface Timer {
  clear(): void;
}

/** Node fires a longer timer immediately. */
const LONGEST_MS = 2 ** 31 - 1;

/** Like `setTimeout`, for any number of milliseconds. */
export function startTimer(ms: number, run: () => void): Timer {
  let timeout = wait(ms);
  return { clear: () => clearTimeout(timeout) };

  function wait(leftMs: number): NodeJS.Timeout {
    if (!(leftMs > LONGEST_MS)) return setTimeout(run, leftMs);
    return setTimeout(() => {
      timeout = wait(leftMs - LONGEST_MS);
    }, LONGEST_MS);
  }
}
