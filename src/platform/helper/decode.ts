import { constants } from 'node:os';
import { withoutStack } from '../../errors/carry-stack.js';
import { endings, netnsState } from './protocol.js';
import { SpawnError } from './spawn-error.js';
import type { SpawnOutcome } from './types.js';

const endedFixedBytes = 24;
const netnsBytes = 32;

/** What the helper knows about the file of a namespace. */
export interface NetnsInfo {
  readonly isNetns: boolean;
  /** The namespace's own number. Two paths lead to the same namespace if device and inode are equal. */
  readonly inode: bigint;
  readonly device: bigint;
  /**
   * Counts up and is unique until the next boot, while the kernel reuses `inode`. 0 if the kernel has no cookies (before
   * Linux 5.14), or the namespace may not be entered.
   */
  readonly cookie: bigint;
  /**
   * The index of the requested interface, 0 if there is none of that name; `undefined` if the namespace may not be
   * entered.
   */
  readonly interfaceIndex: number | undefined;
  /** Whether it is the namespace of this process, or that of process 1 (as far as `/proc/1` may be read). */
  readonly isHost: boolean;
  /** Whether this request created it. */
  readonly made: boolean;
}

/** Decodes the body of an answer about a run. Throws a `RangeError` if it is malformed. */
export function decodeEnded(body: Buffer): SpawnOutcome {
  const ended = endings[body.readUInt32LE(0)];
  const signal = body.readUInt32LE(8);
  const left = body.readUInt32LE(12);
  const stdoutEnd = endedFixedBytes + body.readUInt32LE(16);
  const stderrEnd = stdoutEnd + body.readUInt32LE(20);
  if (ended === undefined || stderrEnd !== body.length)
    throw new RangeError('answer about a run is malformed');
  return {
    exitCode: signal === 0 && left === 0 ? body.readUInt32LE(4) : null,
    signal: signal === 0 ? null : signalName(signal),
    stdout: text(body, endedFixedBytes, stdoutEnd),
    stderr: text(body, stdoutEnd, stderrEnd),
    ended,
    ...(left !== 0 && { unreapedPid: left }),
  };
}

/** Decodes the body of an answer about a failed start or call. */
export function decodeFailed(body: Buffer): SpawnError {
  const [step = '', path = ''] = body.toString('utf8', 4).split('\0');
  // A stack would show how answers are received, and takes longer than the call.
  return withoutStack(() => new SpawnError(errnoName(body.readUInt32LE(0)), step, path));
}

/** Decodes the body of an answer about a namespace. */
export function decodeNetns(body: Buffer): NetnsInfo {
  if (body.length !== netnsBytes) throw new RangeError('answer about a namespace is malformed');
  const state = body.readUInt32LE(24);
  return {
    inode: body.readBigUInt64LE(0),
    device: body.readBigUInt64LE(8),
    cookie: body.readBigUInt64LE(16),
    isNetns: (state & netnsState.isNetns) !== 0,
    made: (state & netnsState.made) !== 0,
    isHost: (state & (netnsState.isOwn | netnsState.isFirst)) !== 0,
    interfaceIndex: (state & netnsState.seenInside) === 0 ? undefined : body.readUInt32LE(28),
  };
}

/** Decodes the body of an answer about a lock that was taken: its number. */
export function decodeAcquired(body: Buffer): number {
  if (body.length !== 4) throw new RangeError('answer about a lock is malformed');
  return body.readUInt32LE(0);
}

/** Decodes the body of an answer about a lock that somebody holds: whether the holder's client is gone. */
export function decodeBusy(body: Buffer): boolean {
  if (body.length !== 4) throw new RangeError('answer about a lock is malformed');
  return body.readUInt32LE(0) === 1;
}

function text(body: Buffer, start: number, end: number): string {
  return start === end ? '' : body.toString('utf8', start, end);
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function signalName(number: number): string {
  return signalNames.get(number) ?? `SIG${number}`;
}

// If two names share a number, the first is the usual one.
const errnoNames = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `E${errno}`;
}
