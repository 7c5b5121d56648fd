import { describe, expect, it } from 'vitest';
import { useLab } from '../../integration/harness/lab.js';
import { attachmentOf, plainAttachmentOf } from './harness/attachment.js';
import { cnitool } from './harness/cnitool.js';
import { makeChain } from './harness/network.js';
import { notesOf, readNotes, withoutChance } from './harness/notes.js';
import { installed, newest } from './harness/plugin-sets.js';
import { thisCommand } from './harness/this-command.js';

const pairs = [
  { adder: 'libcni', follower: 'cnitool', add: thisCommand, follow: cnitool },
  { adder: 'cnitool', follower: 'libcni', add: cnitool, follow: thisCommand },
];

describe.each([installed, newest])('the command on $name plugins', (set) => {
  const lab = useLab();

  it.each(pairs)('what $adder adds, $follower checks and deletes', async ({ add, follow }) => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    await add(network).add(attachmentOf(pod));
    expect(await pod.addedLinks()).toEqual(['net1']);
    await follow(network).check(attachmentOf(pod));
    await follow(network).del(attachmentOf(pod));
    expect(await pod.addedLinks()).toEqual([]);
    expect(await lab.leftovers()).toEqual(['interface testbr0']);
  });

  it.each(pairs)('what $adder has added, with ports, gc of $follower removes', async (pair) => {
    const [network, pod] = [await makeChain(lab, set), await lab.pod()];
    await pair.add(network).add(plainAttachmentOf(pod));
    await pair.follow(network).gc();
    expect(await pod.addedLinks()).toEqual([]);
    expect(await lab.leftovers()).toEqual(['interface testbr0']);
  });

  it('gives each plugin what cnitool gives it, in ADD, CHECK and DEL, and prints the same result', async () => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    const results: unknown[] = [];
    for (const runtime of [thisCommand(network), cnitool(network)]) {
      results.push(withoutChance(await runtime.add(attachmentOf(pod))));
      await runtime.check(attachmentOf(pod));
      await runtime.del(attachmentOf(pod));
    }
    expect(results[0]).toEqual(results[1]);
    const notes = (await readNotes(lab)).map(withoutChance);
    expect(notes).toHaveLength(6);
    expect(notes.slice(0, 3)).toEqual(notes.slice(3));
    expect(await notesOf(lab, 'ADD')).toHaveLength(2);
  });
});
