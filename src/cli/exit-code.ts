/** How the command ends. */
export const exitCode = {
  /** All of it is done. */
  done: 0,
  /** It is not, and a line on standard error says why. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 64,
} as const;
