/** One program to start. */
export interface SpawnRequest {
  /** Absolute path of the executable. */
  readonly path: string;
  /** The arguments, `argv[0]` included. @default [path] */
  readonly argv?: readonly string[] | undefined;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** What the program reads on its standard input. @default nothing */
  readonly stdin?: string | Uint8Array | undefined;
  /** The folder to start in. @default the folder of this process */
  readonly cwd?: string | undefined;
  /** Path of a network namespace to enter before the program starts. */
  readonly netns?: string | undefined;
  /**
   * The name of what the program works on. While a program works on it whose client or helper has ended, no other
   * program with the same task is started: `EBUSY` of `task`. @default none
   */
  readonly task?: string | undefined;
  /** Lets it finish if the helper is killed. Every other program is killed with the helper. @default false */
  readonly finishes?: boolean | undefined;
  /** Milliseconds after which the program's process group is ended. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between TERM and KILL. @default 2000 */
  readonly graceMs?: number | undefined;
  /** Drops output beyond 16 MiB and lets the program go on; otherwise such a program is ended. @default false */
  readonly dropsOutput?: boolean | undefined;
  /** Cancels the run in the same way as the deadline does. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface SpawnOutcome {
  /** The exit code; `null` if a signal ended the program, or nothing did. */
  readonly exitCode: number | null;
  /** The signal's name; `null` if the program exited, or nothing ended it. */
  readonly signal: string | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
  /**
   * Why it ended: by itself, by its deadline, cancelled by the caller, or for printing more than 16 MiB.
   */
  readonly ended: 'exited' | 'deadline' | 'cancelled' | 'output-limit';
  /**
   * The process id of a killed program that still exists, because the kernel cannot end it yet: it may hang in
   * a system call. It runs no code of its own any more.
   */
  readonly unreapedPid?: number | undefined;
}
