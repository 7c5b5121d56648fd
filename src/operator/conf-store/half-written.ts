import { stat } from 'node:fs/promises';
import type { ConfFault } from './conf-fault.js';

/** A file that was changed less than this long ago may be in the middle of being written. */
const SETTLING_MS = 500;

/** Whether one of the faults is that of a string which breaks off, in a file that was changed a moment ago. */
export async function isHalfWritten(faults: readonly ConfFault[]): Promise<boolean> {
  const files = faults.flatMap(({ error }) =>
    error.cause instanceof SyntaxError && error.file !== undefined ? [error.file] : [],
  );
  const ages = await Promise.all(files.map(ageOf));
  return ages.some((ageMs) => Math.abs(ageMs) < SETTLING_MS);
}

/** The time of change is the kernel's own: no tool can set it back. */
async function ageOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ ctimeMs }) => Date.now() - ctimeMs,
    () => 0,
  );
}
