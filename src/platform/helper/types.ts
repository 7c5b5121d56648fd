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
   * What the program works on, in whatever words. While a program whose client or helper is gone still works on it, no other
   * one is started with it: `EBUSY` of `task`. @default nothing that others could be in the way of
   */
  readonly task?: string | undefined;
  /** Let it come to its end where the helper is killed; every other program is killed with it. @default false */
  readonly finishes?: boolean | undefined;
  /** Milliseconds after which the program's process group is ended. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between TERM and KILL. @default 2000 */
  readonly graceMs?: number | undefined;
  /** What it prints beyond 16 MiB is dropped, and it goes on; else it is ended for it. @default false */
  readonly dropsOutput?: boolean | undefined;
  /** Cancels the run in the same way as the deadline does. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface SpawnOutcome {
  /** The exit code; `null` where a signal ended the program, or nothing did. */
  readonly exitCode: number | null;
  /** The signal's name; `null` where the program exited, or nothing ended it. */
  readonly signal: string | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
  /**
   * What led to the end: the program itself, its deadline, the caller's cancellation, or more output than
   * 16 MiB.
   */
  readonly ended: 'exited' | 'deadline' | 'cancelled' | 'output-limit';
  /**
   * The process id of a program that was killed and is still there, because the kernel cannot end it yet: it may hang in
   * a system call. It runs no code of its own any more.
   */
  readonly unreapedPid?: number | undefined;
}
