import type { ChildProcess } from 'node:child_process';
import { onAbort } from '../../platform/helper/on-abort.js';
import type { SpawnOutcome, SpawnRequest } from '../../platform/helper/types.js';
import { MAX_STDOUT_BYTES } from './stdout-head.js';
import { startTimer, type Timer } from './timer.js';

const GRACE_MS = 2000;
/** How long the kernel gets to end a killed program. */
const KILL_MS = 2000;
/** How long a background child of the plugin may hold the pipes open after the plugin itself has ended. */
const DRAIN_MS = 100;
/** How long to go on reading output after that. */
const DRAIN_MAX_MS = 1000;

/** The part of a child process that is supervised. */
type Child = Pick<ChildProcess, 'pid' | 'stdout' | 'stderr' | 'once'>;

/** A child that is ended with its whole process group, at its deadline or when the caller asks. */
export interface Supervision {
  /** Stops the supervision and says why the child ended. */
  settle(): SpawnOutcome['ended'];
  /** Settles if the child was killed and still exists, because the kernel cannot end it yet. */
  readonly givenUp: Promise<undefined>;
}

/**
 * Ends the process group of a detached child: TERM first and KILL after a grace period when its time is up; KILL immediately
 * when it prints more than 16 MiB. The rest of a group that had to be ended is killed when the child is gone.
 */
export function superviseGroup(child: Child, request: SpawnRequest): Supervision {
  let ended: SpawnOutcome['ended'] = 'exited';
  const timers: Timer[] = [];
  let giveUp = () => {};
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  const kill = () => {
    killGroup(child, 'SIGKILL');
    timers.push(startTimer(KILL_MS, giveUp));
  };
  const stop = (reason: 'deadline' | 'cancelled') => {
    if (ended !== 'exited') return;
    ended = reason;
    killGroup(child, 'SIGTERM');
    timers.push(startTimer(request.graceMs ?? GRACE_MS, kill));
  };
  const forget = onAnyAbort(request.signal, () => stop('cancelled'));
  if (request.timeoutMs !== undefined) timers.push(startTimer(request.timeoutMs, () => stop('deadline')));
  const endByOutput = () => {
    if (ended === 'output-limit') return;
    ended = 'output-limit';
    kill();
  };
  if (!request.dropsOutput) onTooMuchOutput(child, endByOutput);
  child.once('exit', () => timers.push(startTimer(DRAIN_MS, () => closeDrained(child))));
  return {
    givenUp,
    settle() {
      forget();
      for (const timer of timers) timer.clear();
      if (ended !== 'exited') killGroup(child, 'SIGKILL');
      return ended;
    },
  };
}

/** The signal may have been aborted already, in which case no event follows. */
function onAnyAbort(signal: AbortSignal | undefined, abort: () => void): () => void {
  if (signal?.aborted) abort();
  return signal === undefined ? () => {} : onAbort(signal, abort);
}

function onTooMuchOutput({ stdout }: Child, stop: () => void): void {
  let bytes = 0;
  stdout?.on('data', (chunk: Buffer | string) => {
    bytes += chunk.length;
    if (bytes > MAX_STDOUT_BYTES) stop();
  });
}

/**
 * Closes the pipes once they are empty, since a background child of the plugin may hold them open forever. A timer
 * cannot tell whether they are empty: a busy event loop runs it before reading. An immediate runs after the loop has
 * read every pipe, and the pipes hold everything that an ended plugin printed.
 */
function closeDrained({ stdout, stderr }: Child): void {
  const deadline = performance.now() + DRAIN_MAX_MS;
  let isRead = false;
  stdout?.on('data', () => {
    isRead = true;
  });
  const closeIfEmpty = () => {
    if (isRead && performance.now() < deadline) return readOnce();
    stdout?.destroy();
    stderr?.destroy();
  };
  const readOnce = () => {
    isRead = false;
    setImmediate(closeIfEmpty);
  };
  readOnce();
}

function killGroup({ pid }: Child, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is already gone.
  }
}
