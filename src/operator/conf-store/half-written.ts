import { stat } from 'node:fs/promises';
import type { ConfFault } from './conf-fault.js';

/** A file changed less than this long ago may still be being written. */
const SETTLING_MS = 500;

/** Whether one of the faults is JSON that ends too early, in a file that was changed a moment ago. */
export async function isHalfWritten(faults: readonly ConfFault[]): Promise<boolean> {
  const files = faults.flatMap(({ error }) =>
    error.cause instanceof SyntaxError && error.file !== undefined ? [error.file] : [],
  );
  const ages = await Promise.all(files.map(ageOf));
  return ages.some((ageMs) => Math.abs(ageMs) < SETTLING_MS);
}

/** The kernel sets the change time itself: no tool can set it back. */
async function ageOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ ctimeMs }) => Date.now() - ctimeMs,
    () => 0,
  );
}
