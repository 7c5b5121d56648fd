import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeSpawn } from '../../../src/platform/helper/encode.js';
import { headerBytes, noDeadline } from '../../../src/platform/helper/protocol.js';
import { SpawnQueue, spawnWindow } from '../../../src/platform/helper/spawn-queue.js';

let queue: SpawnQueue;
/** Ids with the deadlines that were sent, ids that expired, and probes. */
let sent: [id: number, deadline: number][];
let expired: number[];
let probes: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [sent, expired, probes] = [[], [], 0];
  queue = new SpawnQueue({
    send: (id, frame) => sent.push([id, frame.readUInt32LE(headerBytes)]),
    expire: (id) => expired.push(id),
    probe: () => {
      probes += 1;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function add(count: number, timeoutMs?: number): void {
  for (let id = 1; id <= count; id++)
    queue.add(id, encodeSpawn(id, { path: '/bin/true', env: {}, timeoutMs }), timeoutMs);
}

const sentIds = () => sent.map(([id]) => id);

describe('the queue of programs to start', () => {
  it('sends as many as the window holds, in their order, and probes once for the others', () => {
    queue.open();
    add(spawnWindow + 5);
    expect(sentIds()).toEqual(Array.from({ length: spawnWindow }, (_, index) => index + 1));
    expect([queue.sent, probes]).toEqual([spawnWindow, 1]);
  });

  it('never probes while there is room', () => {
    queue.open();
    for (let round = 0; round < 3; round++) {
      add(spawnWindow);
      queue.taken(queue.sent);
      queue.release();
    }
    expect([sent.length, probes]).toEqual([3 * spawnWindow, 0]);
  });

  it('sends the next ones once the helper has taken up those before, however long these run', () => {
    queue.open();
    add(spawnWindow + 5);
    queue.taken(3);
    queue.release();
    expect(sentIds().slice(spawnWindow)).toEqual([1, 2, 3].map((index) => spawnWindow + index));
    expect(probes).toBe(1);
    queue.probed();
    queue.release();
    expect(probes).toBe(2);
    queue.taken(spawnWindow + 3);
    queue.release();
    expect(sent.length).toBe(spawnWindow + 5);
  });

  it('sends nothing before it is opened', () => {
    add(3);
    expect([sent, probes]).toEqual([[], 0]);
    queue.open();
    expect(sentIds()).toEqual([1, 2, 3]);
  });

  it('sends what is left of the time', () => {
    add(1, 500);
    queue.add(2, encodeSpawn(2, { path: '/bin/true', env: {} }));
    vi.advanceTimersByTime(200);
    queue.open();
    expect(sent).toEqual([
      [1, 300],
      [2, noDeadline],
    ]);
  });

  it('lets those expire whose time is up, and those alone', () => {
    add(2, 500);
    queue.add(3, encodeSpawn(3, { path: '/bin/true', env: {} }), 501);
    vi.advanceTimersByTime(500);
    expect(expired).toEqual([1, 2]);
    queue.open();
    expect([sentIds(), expired]).toEqual([[3], [1, 2]]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([1, 2]);
  });

  it('gives back what has not been sent', () => {
    add(2, 500);
    expect([queue.remove(1), queue.remove(1)]).toEqual([true, false]);
    queue.open();
    expect(queue.remove(2)).toBe(false);
    vi.advanceTimersByTime(1000);
    expect([sentIds(), expired]).toEqual([[2], []]);
  });

  it('takes a limit beyond the longest timer', () => {
    add(1, 2 ** 40);
    vi.advanceTimersByTime(1000);
    queue.open();
    expect([sentIds(), expired]).toEqual([[1], []]);
  });

  it('forgets all when it is cleared', () => {
    add(2, 500);
    queue.clear();
    vi.advanceTimersByTime(1000);
    queue.open();
    expect([sent, expired]).toEqual([[], []]);
  });
});
