import { expect } from 'vitest';
import { runIn } from './run.js';

/**
 * Pings from a namespace (no path: the host's) until one answer comes; rejects when none does within some
 * seconds. An IPv6 address takes that long where the kernel first asks whether it is taken.
 */
export async function ping(netns: string | undefined, address: string): Promise<void> {
  await runIn(netns, 'ping', '-n', '-c', '1', '-i', '0.2', '-w', '8', address);
}

/** Asserts that nobody answers a ping within a second. */
export async function expectSilence(netns: string | undefined, address: string): Promise<void> {
  await expect(runIn(netns, 'ping', '-n', '-c', '1', '-W', '1', address)).rejects.toThrow();
}
