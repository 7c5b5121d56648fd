/** How messages name a time limit that has ended something. */
export function describeLimit(timeoutMs: number | undefined): string {
  return `timeoutMs of ${timeoutMs === undefined ? 'unknown length' : `${Math.ceil(timeoutMs)} ms`}`;
}
