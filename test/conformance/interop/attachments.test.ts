import { describe, expect, it } from 'vitest';
import { showAddresses } from '../../integration/harness/addresses.js';
import { useLab } from '../../integration/harness/lab.js';
import { showLink } from '../../integration/harness/links.js';
import { containerRules } from '../../integration/harness/packet-rules.js';
import type { Pod } from '../../integration/harness/pod.js';
import { attachmentOf, plainAttachmentOf, wantedAddress, wantedMac } from './harness/attachment.js';
import { cnitool } from './harness/cnitool.js';
import { pairs } from './harness/libraries.js';
import { makeChain } from './harness/network.js';
import { notesOf, readNotes, withoutChance } from './harness/notes.js';
import { installed, newest } from './harness/plugin-sets.js';
import { containerIdOf } from './harness/runtime.js';
import { thisLibrary } from './harness/this-library.js';

describe.each([installed, newest])('on $name plugins', (set) => {
  const lab = useLab();

  async function expectAttached(pod: Pod): Promise<void> {
    expect(await showAddresses('net1', pod.path)).toEqual([wantedAddress]);
    expect(await showLink('net1', pod.path)).toMatchObject({ address: wantedMac });
    expect(await pod.run('cat', '/proc/sys/net/core/somaxconn')).toBe('519\n');
    const rules = await containerRules();
    expect(rules).toContainEqual(expect.stringMatching(/^ip filter .*-s 10\.121\.0\.77\/32 .*-j ACCEPT$/));
  }

  async function expectDetached(pod: Pod): Promise<void> {
    expect(await pod.addedLinks()).toEqual([]);
    expect(await lab.leftovers()).toEqual(['interface testbr0']);
  }

  it.each(pairs)('what $adder adds, $follower checks and removes', async ({ add, follow }) => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    const attachment = attachmentOf(pod);
    await add(network).add(attachment);
    await expectAttached(pod);

    await follow(network).check(attachment);
    await follow(network).del(attachment);
    await expectDetached(pod);
  });

  it.each(pairs)(
    'a port that $adder maps is the same to both, and $follower gives it back',
    async ({ add, follow }) => {
      const [network, pod] = [await makeChain(lab, set), await lab.pod()];
      await add(network).add(attachmentOf(pod));
      expect(await containerRules()).toContainEqual(
        expect.stringContaining('--to-destination 10.121.0.77:80'),
      );
      // Older releases of portmap refuse what is in order; then they refuse it to both.
      const checks = [thisLibrary(network), cnitool(network)].map((runtime) =>
        runtime.check(attachmentOf(pod)),
      );
      const [ours, theirs] = await Promise.allSettled(checks);
      expect(ours?.status).toBe(set === newest ? 'fulfilled' : theirs?.status);
      expect(theirs?.status).toBe(ours?.status);
      await follow(network).del(attachmentOf(pod));
      await expectDetached(pod);
    },
  );

  it.each(pairs)(
    '$follower takes down what $adder added, with the namespace gone',
    async ({ add, follow }) => {
      const [network, pod] = [await makeChain(lab, set), await lab.pod()];
      await add(network).add(plainAttachmentOf(pod));
      await pod.netns.remove();
      await follow(network).del(plainAttachmentOf(pod));
      expect(await lab.leftovers()).toEqual(['interface testbr0']);
    },
  );

  it.each(pairs)('$follower finds the fault when the interface that $adder made is gone', async (pair) => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    await pair.add(network).add(plainAttachmentOf(pod));
    await pod.run('ip', 'link', 'delete', 'net1');
    await expect(pair.follow(network).check(plainAttachmentOf(pod))).rejects.toThrow(/net1/);
    await pair.follow(network).del(plainAttachmentOf(pod));
    await expectDetached(pod);
  });

  it('both give each plugin the same input, in ADD, CHECK and DEL', async () => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    for (const runtime of [thisLibrary(network), cnitool(network)]) {
      await runtime.add(attachmentOf(pod));
      await runtime.check(attachmentOf(pod));
      await runtime.del(attachmentOf(pod));
    }
    const notes = (await readNotes(lab)).map(withoutChance);
    expect(notes).toHaveLength(6);
    expect(notes.slice(0, 3)).toEqual(notes.slice(3));
    expect(notes[1]).toMatchObject({
      environment: { CNI_COMMAND: 'CHECK', CNI_CONTAINERID: containerIdOf(pod.path), CNI_IFNAME: 'net1' },
      stdin: { runtimeConfig: { aliases: [pod.id] }, prevResult: { ips: [{ address: wantedAddress }] } },
    });
  });

  it.each(pairs)('both read the same from an attachment that $adder has added', async ({ add }) => {
    const [network, pod] = [await makeChain(lab, set, { withPortmap: false }), await lab.pod()];
    await add(network).add(attachmentOf(pod));
    await cnitool(network).check(attachmentOf(pod));
    await thisLibrary(network).check(attachmentOf(pod));
    const [theirs, ours, ...more] = await notesOf(lab, 'CHECK');
    expect(theirs).toBeDefined();
    expect(ours).toEqual(theirs);
    expect(more).toEqual([]);
    await thisLibrary(network).del(attachmentOf(pod));
  });
});
