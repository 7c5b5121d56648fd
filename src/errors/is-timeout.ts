/** Whether a signal was aborted with this reason by `AbortSignal.timeout()`. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
