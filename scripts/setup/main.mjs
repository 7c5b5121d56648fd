import { SetupFailure } from './setup-failure.mjs';

/**
 * Runs a script's body. A failure that the reader can act on ends it with exit code 1 and its report, without
 * a stack.
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
