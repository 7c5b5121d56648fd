/**
 * Prints in one line that a step is up to date.
 *
 * @param {string} step
 * @param {string} finding
 */
export function reportFound(step, finding) {
  process.stdout.write(`${step}: ${finding}\n`);
}

/**
 * Prints what a step does, does it, and prints how long it took.
 *
 * @template T
 * @param {string} step
 * @param {string} action
 * @param {() => T} work
 */
export function reportWork(step, action, work) {
  const start = performance.now();
  process.stdout.write(`${step}: ${action} ... `);
  try {
    const outcome = work();
    process.stdout.write(`done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    return outcome;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}
