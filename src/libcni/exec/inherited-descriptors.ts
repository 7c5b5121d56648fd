import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { giveWay } from '../../files/give-way.js';

const CLOSE_ON_EXEC = 0o2000000;
const FIRST = 3;

/** The descriptors of a child that inherits none of this program's. */
export interface ChildDescriptors {
  /** Beyond the three pipes: nothing, or a replacement for a descriptor of this program. */
  readonly others: ('ignore' | 0)[];
  /** Call this once the child has started. */
  close(): void;
}

/**
 * Puts `/dev/null` in the place of each descriptor that a child would inherit. Node's own descriptors close by
 * themselves; those that it was started with, or that native code has opened, may not.
 */
export async function childDescriptors(): Promise<ChildDescriptors> {
  const handedOn = await findHandedOn();
  const last = Math.max(...handedOn, FIRST - 1);
  if (last < FIRST) return { others: [], close: () => {} };
  const nothing = openSync('/dev/null', 'r+');
  // Any descriptor number works, but the types know only the first three.
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

/** Without `/proc`, nothing is known. */
function namesOfDescriptors(): string[] {
  try {
    return readdirSync('/proc/self/fdinfo');
  } catch {
    return [];
  }
}

/** A descriptor may have been closed meanwhile. */
function isHandedOn(name: string): boolean {
  try {
    const [, flags = ''] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? [];
    return flags !== '' && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
