import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { findNetnsUsers } from '../../src/netns/netns-users.js';

const descriptors: number[] = [];

afterEach(() => {
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
});

/** What this thread has had of a processor; other than the time, it is the same on a machine under load. */
function threadMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

/** The most of a processor that one turn of the event loop takes while `work` is under way. */
async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [threadMs(), 0];
  const look = () => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return longest;
}

function readDescriptors(): void {
  readdirSync('/proc/self/fd');
  for (const descriptor of descriptors) readlinkSync(`/proc/self/fd/${descriptor}`);
}

it('gives way to others beside a process with many descriptors', async () => {
  while (descriptors.length < 15_000) descriptors.push(openSync('/dev/null', 'r'));
  const before = threadMs();
  readDescriptors();
  const atOnceMs = threadMs() - before;
  expect(await longestTurnMs(findNetnsUsers)).toBeLessThan(atOnceMs / 2);
});

it('stops where its signal is aborted', async () => {
  await expect(findNetnsUsers(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
