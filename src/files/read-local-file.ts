import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Says why a file is not to be read; `undefined` where it is. */
export type Refuse = (stats: Stats) => Error | undefined;

/**
 * The largest file that is read. What a plugin may print and a configuration file may hold, in base64, fit into a cache
 * entry twice over.
 */
const MAX_MIB = 32;
const MORE_BYTES = 64 * 1024;

/**
 * Says why a file of this size is not read; `undefined` where it is. What is to be read again is asked for it before it
 * is written.
 */
export function refuseTooLarge(bytes: number): Error | undefined {
  return bytes > MAX_MIB * 1024 * 1024
    ? new Error(`${bytes} bytes are larger than ${MAX_MIB} MiB`)
    : undefined;
}

/**
 * Reads a small file of this machine at once. That takes some ten microseconds; handing it to another thread and
 * back takes the event loop longer than that. Await `giveWay` between many. On a file system that does not answer, all of
 * the process waits.
 *
 * @throws Error of the system, or what `refuse` yields. @default refuses all but regular files, and those of
 * more than 32 MiB
 */
export function readLocalFile(file: string, refuse: Refuse = refuseByDefault): Buffer {
  return readOpened(file, 0, refuse);
}

/**
 * The same for a file of state: no link is followed to it.
 *
 * @throws Error of the system, such as `ELOOP` for a link
 */
export function readRegularFile(file: string): Buffer {
  return readOpened(file, constants.O_NOFOLLOW, refuseByDefault);
}

function readOpened(file: string, flags: number, refuse: Refuse): Buffer {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
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

/** One read where the file is as long as it says. */
function readToEnd(descriptor: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size + 1);
  const count = readSync(descriptor, buffer);
  if (count < buffer.length) return buffer.subarray(0, count);
  return readGrowing(descriptor, buffer);
}

/** A file that grows while it is read is read to its end all the same, as long as that is near. */
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
