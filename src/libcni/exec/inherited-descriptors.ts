import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { giveWay } from '../../files/give-way.js';

const CLOSE_ON_EXEC = 0o2000000;
const FIRST = 3;

/** The descriptors of a child that has none of this program's. */
export interface ChildDescriptors {
  /** What it gets beyond its three pipes: nothing, or what replaces a descriptor of this program. */
  readonly others: ('ignore' | 0)[];
  /** To be called once the child has been started. */
  close(): void;
}

/**
 * `/dev/null` in the place of each descriptor that this program would hand on. Node's own close by
 * themselves; those that it was started with, or that another language has opened in it, need not.
 */
export async function childDescriptors(): Promise<ChildDescriptors> {
  const handedOn = await findHandedOn();
  const last = Math.max(...handedOn, FIRST - 1);
  if (last < FIRST) return { others: [], close: () => {} };
  const nothing = openSync('/dev/null', 'r+');
  // Execa takes the number of any descriptor, but its types know the first three only.
  const replacement = nothing as 0;
  const others = Array.from({ length: last + 1 - FIRST }, (_, index) =>
    handedOn.includes(index + FIRST) ? replacement : 'ignore',
  );
  return { others, close: () => closeSync(nothing) };
}

async function findHandedOn(): Promise<number[]> {
  const found: number[] = [];
  for (const name of namesOfDescriptors()) {
    await giveWay();
    if (Number(name) >= FIRST && isHandedOn(name)) found.push(Number(name));
  }
  return found;
}

/** Where `/proc` is not there nothing is known. */
function namesOfDescriptors(): string[] {
  try {
    return readdirSync('/proc/self/fdinfo');
  } catch {
    return [];
  }
}

/** One may have been closed meanwhile. */
function isHandedOn(name: string): boolean {
  try {
    const [, flags = ''] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? [];
    return flags !== '' && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
