import type { ConfProblem } from './conf-snapshot.js';

/** A problem with its file, its place and what to do about it, as part of a message. */
export function describeProblem({ file, reason, jsonPath, hint }: ConfProblem): string {
  const place = jsonPath === undefined || reason.includes(jsonPath) ? '' : ` at ${jsonPath}`;
  return `${file}: ${reason}${place}${hint === undefined ? '' : ` (${hint})`}`;
}
