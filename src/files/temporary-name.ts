import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hasCode } from '../errors/system-error.js';

/**
 * Pid namespace, process id and start time of the writer, the boot id (which earlier versions left out), and what tells its
 * files apart.
 */
const TEMPORARY = /^\.tmp-(?:(\d+)-(\d+)-(\d+)-(?:([0-9a-f]{32})-)?)?[0-9a-f]+$/;

/**
 * For writers that cannot be known. Writing takes milliseconds, but the machine can be suspended meanwhile, and clocks can
 * be set.
 */
const OLD_MS = 60 * 60 * 1000;

let writer: string | undefined;
let count = 0;

/** A fresh name for a temporary file, from which {@link isAbandoned} can tell whose it is. */
export function temporaryName(): string {
  writer ??= `${describeWriter()}${randomBytes(8).toString('hex')}`;
  count += 1;
  return `.tmp-${writer}${count.toString(16).padStart(8, '0')}`;
}

/** Whether a file of this name is a temporary one. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Whether a file of this name is a temporary one that nobody will rename any more: its process has ended, or the machine
 * was rebooted. Process ids are valid only in their own pid namespace and can be reused there, so the start time is
 * compared too. If the process cannot be known, the file is abandoned if it was last written more than an hour ago.
 */
export function isAbandoned(name: string, mtimeMs: number): boolean {
  const match = TEMPORARY.exec(name);
  if (match === null) return false;
  const [, namespace, pid, start, boot] = match;
  if (boot !== undefined && (bootId() ?? boot) !== boot) return true;
  if (namespace !== undefined && namespace === pidNamespace()) return !isRunning(Number(pid), start);
  return Math.abs(Date.now() - mtimeMs) > OLD_MS;
}

/** Empty if `/proc` does not tell. */
function describeWriter(): string {
  const [namespace, start, boot] = [pidNamespace(), startOf('self'), bootId()];
  if (namespace === undefined || start === undefined) return '';
  return `${namespace}-${process.pid}-${start}-${boot === undefined ? '' : `${boot}-`}`;
}

/** Without its dashes. */
function bootId(): string | undefined {
  return attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', ''));
}

function pidNamespace(): string | undefined {
  return attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]);
}

/** In ticks since boot. */
function startOf(process: number | 'self'): string | undefined {
  // The program's name, in brackets, may hold anything.
  return attempt(() => readFileSync(`/proc/${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]);
}

/** Processes of other users can be hidden in `/proc`. */
function isRunning(pid: number, start: string | undefined): boolean {
  return isPidTaken(pid) && (startOf(pid) ?? start) === start;
}

function isPidTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
