import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Says why a file is not to be read; `undefined` where it is. */
export type Refuse = (stats: Stats) => Error | undefined;

/**
 * Reads a small file of this machine at once. That takes some ten microseconds; handing it to another thread and
 * back takes the event loop longer than that. Await `giveWay` between many.
 *
 * @throws Error of the system, or what `refuse` yields. @default refuses all but regular files
 */
export function readLocalFile(file: string, refuse: Refuse = refuseIrregular): Buffer {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const reason = refuse(fstatSync(descriptor));
    if (reason !== undefined) throw reason;
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refuseIrregular(stats: Stats): Error | undefined {
  return stats.isFile() ? undefined : new Error('it is not a regular file');
}
