import { SetupFailure } from './setup-failure.mjs';

/**
 * Runs the body of a script. A `SetupFailure` ends it with exit code 1 and a report, without a stack.
 *
 * @param {() => void | Promise<void>} body
 */
export async function runMain(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  }
}
