import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eachInContainerTurn } from '../../src/libcni/container-turns.js';

const attachments = ['a eth0', 'b eth0', 'a eth1', 'c eth0', 'b eth1'].map((name) => ({
  name,
  containerId: name.slice(0, 1),
}));

describe('containers that are worked on a few at a time', () => {
  it('have their attachments in turn, each with its place in the list', async () => {
    const seen: string[] = [];
    const running = new Set<string>();
    let most = 0;
    await eachInContainerTurn(attachments, 2, async ({ name, containerId }, index) => {
      expect(running.has(containerId)).toBe(false);
      running.add(containerId);
      most = Math.max(most, running.size);
      await sleep(20);
      running.delete(containerId);
      seen[index] = name;
    });
    expect(seen).toEqual(attachments.map(({ name }) => name));
    expect(most).toBe(2);
  });

  it('begin nothing further after a failure, which waits for what is under way', async () => {
    const events: string[] = [];
    const working = eachInContainerTurn(attachments, 2, async ({ name }) => {
      events.push(`begin ${name}`);
      if (name === 'a eth0') throw new Error('no');
      await sleep(50);
      events.push(`end ${name}`);
    });
    await expect(working).rejects.toThrow('no');
    expect(events).toEqual(['begin a eth0', 'begin b eth0', 'end b eth0']);
  });

  it('need no containers', async () => {
    await eachInContainerTurn([], 4, () => Promise.reject(new Error('called')));
  });
});
