import { expect } from 'vitest';
import { runIn } from './run.js';

/**
 * Pings from a namespace (no path: the host's) until an answer comes. Rejects if none comes within some seconds. An IPv6
 * address takes that long if the kernel first checks whether it is in use.
 */
export async function ping(netns: string | undefined, address: string): Promise<void> {
  await runIn(netns, 'ping', '-n', '-c', '1', '-i', '0.2', '-w', '8', address);
}

/** Asserts that a ping gets no answer within a second. */
export async function expectSilence(netns: string | undefined, address: string): Promise<void> {
  await expect(runIn(netns, 'ping', '-n', '-c', '1', '-W', '1', address)).rejects.toThrow();
}
