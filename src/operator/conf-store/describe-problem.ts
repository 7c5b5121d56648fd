import type { ConfProblem } from './conf-snapshot.js';

/** A problem with its file and what to do about it, as a part of a message. */
export function describeProblem({ file, reason, hint }: ConfProblem): string {
  return `${file}: ${reason}${hint === undefined ? '' : ` (${hint})`}`;
}
