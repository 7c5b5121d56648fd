import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Says why a file must not be read; `undefined` if it may be. */
export type Refuse = (stats: Stats) => Error | undefined;

/**
 * The largest file that is read. Twice the largest plugin output and the largest configuration file, in base64, fit
 * into a cache entry.
 */
const MAX_MIB = 32;
const MORE_BYTES = 64 * 1024;

/**
 * Says why a file of this size is not read; `undefined` if it is. Call it before writing a file that must be read
 * again.
 */
export function refuseTooLarge(bytes: number): Error | undefined {
  return bytes > MAX_MIB * 1024 * 1024
    ? new Error(`${bytes} bytes are larger than ${MAX_MIB} MiB`)
    : undefined;
}

/**
 * Reads a small local file synchronously. That takes some ten microseconds, less than the event loop needs to hand the
 * work to another thread and back. Await `giveWay` between many. If the file system does not answer, the whole process
 * waits.
 *
 * @throws a system error, or what `refuse` returns. @default refuses everything but regular files of at most
 * 32 MiB
 */
export function readLocalFile(file: string, refuse: Refuse = refuseByDefault): Buffer {
  return readOpened(file, 0, refuse);
}

/**
 * The same for a state file: a symbolic link is not followed.
 *
 * @throws a system error, such as `ELOOP` for a link
 */
export function readRegularFile(file: string): Buffer {
  return readOpened(file, constants.O_NOFOLLOW, refuseByDefault);
}

/** {@link readLocalFile} as a string; what is refused must be larger than 64 KiB, or no regular file. */
export function readLocalText(file: string, refuse: Refuse): string {
  return readShort(file, 0) ?? readLocalFile(file, refuse).toString();
}

/** {@link readRegularFile} as a string. */
export function readRegularText(file: string): string {
  return readShort(file, constants.O_NOFOLLOW) ?? readRegularFile(file).toString();
}

let shared: Buffer | undefined;

/**
 * Most of thousands of files fit into a buffer that they share, and need no look at their type and size: a read of that
 * many bytes ends, whatever the file is, and fails for a pipe. `undefined` for a file that needs the look.
 */
function readShort(file: string, flags: number): string | undefined {
  shared ??= Buffer.allocUnsafeSlow(MORE_BYTES);
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    // At a position: a pipe has none, so that the read fails and takes nothing out of it.
    const count = readSync(descriptor, shared, 0, shared.length, 0);
    return count > 0 && count < shared.length ? shared.toString('utf8', 0, count) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function readOpened(file: string, flags: number, refuse: Refuse): Buffer {
  // Without O_NONBLOCK, opening a named pipe would wait forever for a writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const stats = fstatSync(descriptor);
    const reason = refuse(stats);
    if (reason !== undefined) throw reason;
    return readToEnd(descriptor, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

/** Takes one read if the file is as long as it says. */
function readToEnd(descriptor: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size + 1);
  const count = readSync(descriptor, buffer);
  if (count < buffer.length) return buffer.subarray(0, count);
  return readGrowing(descriptor, buffer);
}

/** A file that grows while it is read is read to its end, within limits. */
function readGrowing(descriptor: number, start: Buffer): Buffer {
  const parts = [start];
  for (let bytes = start.length; ; ) {
    const part = Buffer.allocUnsafe(MORE_BYTES);
    const count = readSync(descriptor, part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    bytes += count;
    const reason = refuseTooLarge(bytes);
    if (reason !== undefined) throw reason;
  }
}

function refuseByDefault(stats: Stats): Error | undefined {
  return stats.isFile() ? refuseTooLarge(stats.size) : new Error('it is not a regular file');
}
