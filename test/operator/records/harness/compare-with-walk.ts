import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Records } from '../../../../src/operator/records/records.js';

/** What a comparison asks the index for. */
export interface Questions {
  /** Host ports, for all protocols and addresses. */
  readonly hostPorts: readonly number[];
  readonly containerIds: readonly string[];
}

/** What there is, by the records themselves or by their index. */
export interface Seen {
  readonly names: ReadonlySet<string>;
  /** The containers that have one of the ports. */
  readonly owners: ReadonlySet<string>;
}

/** Reads every record of a cache folder, without an index. */
export async function walk(cacheDir: string): Promise<Seen> {
  const records = new Records(cacheDir);
  const names = (await records.names()).filter((name) => records.status(name) !== undefined);
  const owners = names.flatMap((name) => records.read(name)?.containerId ?? []);
  return { names: new Set(names), owners: new Set(owners) };
}

/** Asks the index everything at once: between two answers, it would hear of more changes. */
export async function askIndex(records: Records, { hostPorts, containerIds }: Questions): Promise<Seen> {
  const ports = hostPorts.map((hostPort) => ({ hostPort, hostIP: '', protocol: 'tcp' }));
  const [owners, ...found] = await Promise.all([
    records.ownersOf(ports),
    ...containerIds.map((id) => records.namesOf(id)),
  ]);
  return { names: new Set(found.flat()), owners: new Set(owners.map(({ containerId }) => containerId)) };
}

/**
 * Compares the index with walks before and after it, while others write. Each container must come once and go once, so
 * that what both walks have found was there all the time between them.
 */
export async function compareWhileOthersWrite(records: Records, questions: Questions): Promise<void> {
  const before = await walk(records.cacheDir);
  const names = namesAfter(records.cacheDir, 3);
  const answer = await askIndex(records, questions);
  const after = await walk(records.cacheDir);
  for (const name of shared(names, after.names)) expect(answer.names).toContain(name);
  for (const id of shared(before.owners, after.owners)) expect(answer.owners).toContain(id);
}

/** Holds the event loop, so that others write and nobody here is told. @returns the names at the end */
function namesAfter(cacheDir: string, ms: number): Set<string> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const folder = join(cacheDir, 'results');
  return new Set(existsSync(folder) ? readdirSync(folder) : []);
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((one) => b.has(one));
}
