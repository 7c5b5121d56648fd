import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CNIOperator } from '../../src/index.js';
import { until } from '../integration/harness/eventually.js';
import { endProcess } from '../platform/helper/harness/processes.js';
import { Arena, type Run } from './harness/arena.js';
import type { Program } from './harness/program.js';
import { chooseSeed } from './harness/random.js';

const OPERATIONS = 10_000;
const WORKERS = 8;
const SHARED = ['both-1', 'both-2', 'both-3'];

let arena: Arena;

beforeEach(async () => {
  arena = await Arena.create();
});

afterEach(async () => {
  await arena[Symbol.asyncDispose]();
});

/** Starts programs that attach and detach pods of all of them and pods of their own; each has the same to do. */
function startContenders(count: number, operations: number): Program[] {
  const seed = chooseSeed();
  return Array.from({ length: count }, (_, index) => {
    const own = Array.from({ length: 2 }, (__, pod) => `own-${index}-${pod}`);
    const settings = { operations, workers: WORKERS, shared: SHARED, own, seed: seed + index };
    return arena.start('contending.mjs', `contender-${index}`, settings);
  });
}

/** Lets programs begin at the same time. */
async function go(programs: readonly Program[]): Promise<void> {
  await Promise.all(programs.map((program) => program.says('ready')));
  for (const program of programs) program.tell('go');
}

/** How many attachments a program says that it made. */
function made({ lines }: Program): number {
  return Number(lines.at(-1)?.replace('made ', ''));
}

/** Pairs of runs that overlap and that `conflict`. */
function overlaps(runs: readonly Run[], conflict: (a: Run, b: Run) => boolean): string[] {
  return runs.flatMap((first, index) => {
    const found: string[] = [];
    for (const next of runs.slice(index + 1)) {
      if (next.begin > first.end) break;
      if (conflict(first, next)) found.push(`${describeRun(first)} while ${describeRun(next)}`);
    }
    return found;
  });
}

function describeRun({ actor, verb, id, begin }: Run): string {
  return `${actor} ${verb} ${id} at ${begin}`;
}

/** ADDs for a pod that had one without a DEL behind it. */
function repeatedAdds(runs: readonly Run[]): string[] {
  const attached = new Set<string>();
  return runs.flatMap((run) => {
    const isRepeated = run.verb === 'ADD' && attached.has(run.id);
    if (run.verb === 'ADD') attached.add(run.id);
    else attached.delete(run.id);
    return isRepeated ? [describeRun(run)] : [];
  });
}

/** The pods whose last run was an ADD. */
function attachedLast(runs: readonly Run[]): string[] {
  const last = new Map(runs.filter(({ id }) => id !== '').map(({ id, verb }) => [id, verb]));
  return [...last].flatMap(([id, verb]) => (verb === 'ADD' ? [id] : [])).sort();
}

describe.each([
  [2, OPERATIONS],
  [3, OPERATIONS / 2],
])('%i processes that attach and detach the same and different pods', (count, operations) => {
  it('lose nothing and do not wait for ever', { timeout: 300_000 }, async () => {
    const programs = startContenders(count, Math.ceil(operations / count));
    await go(programs);
    await Promise.all(programs.map((program) => program.succeeds()));
    const runs = await arena.runs();
    expect(overlaps(runs, (a, b) => a.id === b.id)).toEqual([]);
    expect(repeatedAdds(runs)).toEqual([]);
    const adds = runs.filter(({ verb }) => verb === 'ADD').length;
    expect(programs.reduce((sum, program) => sum + made(program), 0)).toBe(adds);
    expect(await arena.cached()).toEqual(attachedLast(runs));
    expect(await arena.stateLeft()).toEqual([]);
    // Otherwise they were kept apart more than needed. How many there are depends on what else the machine does.
    expect(overlaps(runs, (a, b) => a.actor !== b.actor).length).toBeGreaterThan(0);
    expect(adds).toBeGreaterThan(operations / 10);
  });
});

describe('garbage collection in a process of its own', () => {
  it('never runs beside an ADD or DEL of another one', { timeout: 60_000 }, async () => {
    const collector = arena.start('collecting.mjs', 'collector', { valid: [{ id: 'both-1' }], pauseMs: 20 });
    const programs = startContenders(2, 500);
    await go([collector, ...programs]);
    await Promise.all(programs.map((program) => program.succeeds()));
    collector.tell('enough');
    await collector.succeeds();
    const runs = await arena.runs();
    const isOfCollector = ({ actor }: Run) => actor === 'collector';
    expect(overlaps(runs, (a, b) => isOfCollector(a) !== isOfCollector(b))).toEqual([]);
    expect(repeatedAdds(runs.filter(({ id }) => id !== ''))).toEqual([]);
    const collected = runs.filter(isOfCollector).map(({ verb }) => verb);
    expect(collected.filter((verb) => verb === 'DEL').length).toBeGreaterThan(10);
    expect(collected.filter((verb) => verb === 'GC').length).toBeGreaterThan(5);
    expect(await arena.cached()).toEqual(attachedLast(runs));
    expect(await arena.stateLeft()).toEqual([]);
  });
});

describe('an attachment that another process works on', () => {
  const pod = { id: 'c1', netns: '/none' };

  /** Starts a program whose plugin takes some seconds, and waits until it runs. */
  async function startSlow(seconds: number): Promise<Program> {
    const program = arena.start('attaching.mjs', 'other', { pods: [pod], stays: true }, seconds);
    await go([program]);
    await until(async () => (await arena.runs()).length === 1);
    return program;
  }

  /** The same for another pod. */
  async function startSlowToo(seconds: number): Promise<Program> {
    const pods = [{ ...pod, id: 'c2' }];
    const program = arena.start('attaching.mjs', 'other', { pods, stays: true }, seconds);
    await go([program]);
    await until(async () => (await arena.runs()).length === 2);
    return program;
  }

  function helperOf({ lines }: Program): number {
    return Number(lines.find((line) => line.startsWith('helper '))?.replace('helper ', ''));
  }

  async function verbs(): Promise<string[]> {
    return (await arena.runs()).map(({ actor, verb }) => `${actor} ${verb}`);
  }

  it('can be attached once that process is killed, after its plugin has ended and was undone', async () => {
    await (await startSlow(1)).kill();
    await using operator = await CNIOperator.create(arena.options);
    await operator.attach(pod);
    expect(await verbs()).toEqual(['other ADD', 'test DEL', 'test ADD']);
    expect(overlaps(await arena.runs(), () => true)).toEqual([]);
    expect(await arena.cached()).toEqual(['c1']);
    expect(await arena.stateLeft()).toEqual([]);
  });

  it('can be detached once that process is killed', async () => {
    await (await startSlow(1)).kill();
    await using operator = await CNIOperator.create(arena.options);
    await operator.detach({ id: 'c1' });
    expect(await verbs()).toEqual(['other ADD', 'test DEL']);
    expect(overlaps(await arena.runs(), () => true)).toEqual([]);
    expect(await arena.stateLeft()).toEqual([]);
  });

  it('is recovered once that process is killed, in one call that waits for its plugin', async () => {
    await (await startSlow(1)).kill();
    await using operator = await CNIOperator.create(arena.options);
    const key = { network: 'net', containerId: 'c1', ifName: 'eth0' };
    expect(await operator.recover()).toEqual({ undone: [key], busy: [], failed: [], setAside: [] });
    expect(await verbs()).toEqual(['other ADD', 'test DEL']);
    expect(overlaps(await arena.runs(), () => true)).toEqual([]);
    expect(await arena.stateLeft()).toEqual([]);
  });

  it('is busy for recovery as long as that process lives', async () => {
    const other = await startSlow(5);
    await using operator = await CNIOperator.create(arena.options);
    const key = { network: 'net', containerId: 'c1', ifName: 'eth0' };
    expect(await operator.recover()).toEqual({ undone: [], busy: [key], failed: [], setAside: [] });
    await other.kill();
    expect((await operator.recover()).undone).toEqual([key]);
  });

  it('can be attached once the helper of that process is killed, which undoes it with a new one', async () => {
    const other = await startSlow(3);
    endProcess(helperOf(other));
    await until(() => !other.isRunning, 20_000);
    expect(await verbs()).toEqual(['other ADD', 'other DEL']);
    await using operator = await CNIOperator.create(arena.options);
    await operator.attach(pod);
    await operator.detach({ id: 'c1' });
    expect([...(await arena.cached()), ...(await arena.stateLeft())]).toEqual([]);
  });

  it('is recovered once that process and its helper are killed, and what its plugins had started has ended', async () => {
    const other = await startSlow(8);
    const others = await startSlowToo(8);
    for (const program of [other, others]) {
      await program.kill();
      endProcess(helperOf(program));
    }
    await using operator = await CNIOperator.create(arena.options);
    expect(await operator.recover()).toMatchObject({ busy: [], failed: [] });
    expect((await verbs()).sort()).toEqual(['other ADD', 'other ADD', 'test DEL', 'test DEL']);
    expect([...(await arena.cached()), ...(await arena.stateLeft())]).toEqual([]);
  });

  it('is not waited for any longer once the caller cancels or its time is up', async () => {
    const other = await startSlow(8);
    await using operator = await CNIOperator.create(arena.options);
    const start = performance.now();
    const cancelled = operator.attach(pod, { signal: AbortSignal.timeout(100) });
    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await expect(operator.attach(pod, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    expect(performance.now() - start).toBeLessThan(6000);
    await other.kill();
    await operator.attach(pod);
    expect(await verbs()).toEqual(['other ADD', 'test DEL', 'test ADD']);
  });

  it('is taken by the process that waits, after the other process has created it', async () => {
    const other = await startSlow(1);
    await using operator = await CNIOperator.create(arena.options);
    await expect(operator.attach(pod)).rejects.toMatchObject({ code: 'ERR_IN_USE', containerId: 'c1' });
    await other.kill();
  });
});
