/** A time limit that has ended something, as messages name it. */
export function describeLimit(timeoutMs: number | undefined): string {
  return `timeoutMs of ${timeoutMs === undefined ? 'unknown length' : `${Math.ceil(timeoutMs)} ms`}`;
}
