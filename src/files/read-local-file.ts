import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';

/** Says why a file is not to be read; `undefined` where it is. */
export type Refuse = (stats: Stats) => Error | undefined;

/**
 * The largest file that is read. What a plugin may print and a configuration file may hold, in base64, fit into a cache
 * entry twice over.
 */
const MAX_MIB = 32;

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
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
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
  return Buffer.concat([buffer, readFileSync(descriptor)]);
}

function refuseByDefault(stats: Stats): Error | undefined {
  return stats.isFile() ? refuseTooLarge(stats.size) : new Error('it is not a regular file');
}
