import { describe, expect, it } from 'vitest';
import { LibcniAggregateError } from '../../../src/index.js';
import { failure } from '../../integration/harness/failure.js';
import { useLab } from '../../integration/harness/lab.js';
import { containerRules } from '../../integration/harness/packet-rules.js';
import { bandwidth, firewall, portmap } from '../../integration/harness/plugins.js';
import { plainAttachmentOf } from './harness/attachment.js';
import { pairs } from './harness/libraries.js';
import { bridged, makeChain, makeNetwork, noting, tuning } from './harness/network.js';
import { notesOf } from './harness/notes.js';
import { installed, newest, notingDir } from './harness/plugin-sets.js';
import { runsDuring } from './harness/runs-during.js';
import { containerIdOf } from './harness/runtime.js';
import { runtimeConf, thisLibrary } from './harness/this-library.js';

describe.each([installed, newest])('GC on $name plugins', (set) => {
  const lab = useLab();

  it.each(pairs)(
    'by $follower takes down what $adder added, with the arguments of the attach',
    async (pair) => {
      const [network, pod, gone] = [await makeChain(lab, set), await lab.pod(), await lab.pod()];
      const attachments = [plainAttachmentOf(pod), plainAttachmentOf(gone)];
      for (const attachment of attachments) await pair.add(network).add(attachment);
      await gone.netns.remove();

      await pair.follow(network).gc();
      expect(await pod.addedLinks()).toEqual([]);
      expect(await lab.leftovers()).toEqual(['interface testbr0']);
      const taken = await notesOf(lab, 'DEL');
      expect(taken).toHaveLength(2);
      for (const { netns, args, capabilityArgs } of attachments) {
        const CNI_ARGS = args.map((pair) => pair.join('=')).join(';');
        const environment = expect.objectContaining({ CNI_CONTAINERID: containerIdOf(netns), CNI_ARGS });
        const stdin = expect.objectContaining({ runtimeConfig: capabilityArgs });
        expect(taken).toContainEqual({ environment, stdin });
      }
    },
  );

  it.each(pairs)('by this library leaves alone what $adder added and is valid', async ({ add }) => {
    const network = await makeChain(lab, set, { withPortmap: false });
    const [stale, valid] = [plainAttachmentOf(await lab.pod()), plainAttachmentOf(await lab.pod())];
    await add(network).add(stale);
    await add(network).add(valid);

    const validAttachments = [{ containerId: containerIdOf(valid.netns), ifName: valid.ifName }];
    const report = await network.cni.gcNetworkList(network.list, { validAttachments });
    expect(report.stale).toMatchObject([{ containerId: containerIdOf(stale.netns) }]);
    await thisLibrary(network).check(valid);
    expect((await containerRules()).filter((rule) => rule.includes('10.121.0.2/32'))).toEqual([]);
    await thisLibrary(network).del(valid);
  });
});

describe('GC of version 1.1.0', () => {
  const lab = useLab();

  const network = (cniVersion: string, dir: string, more: readonly object[] = []) =>
    makeNetwork(lab, {
      plugins: [bridged(lab), tuning, firewall, bandwidth, portmap, ...more],
      path: [dir, notingDir],
      cniVersion,
    });

  it('reaches every one of the newest plugins, which get the valid attachments under both keys', async () => {
    const { cni, list } = await network('1.1.0', newest.dir, [noting(lab)]);
    const validAttachments = [{ containerId: 'some', ifName: 'eth0' }];
    const runs = await runsDuring(() => cni.gcNetworkList(list, { validAttachments }));
    const types = ['bridge', 'tuning', 'firewall', 'bandwidth', 'portmap', 'noting.mjs'];
    expect(runs).toEqual(types.map((type) => `GC ${type}`));
    const [note, ...more] = await notesOf(lab, 'GC');
    expect(more).toEqual([]);
    const told = [{ containerID: 'some', ifname: 'eth0' }];
    expect(note?.stdin).toMatchObject({ 'cni.dev/attachments': told, 'cni.dev/valid-attachments': told });
  });

  it('has the same input for plugins in both libraries', async () => {
    const shared = await network('1.1.0', newest.dir, [noting(lab)]);
    for (const { follow } of pairs) await follow(shared).gc();
    const [theirs, ours] = await notesOf(lab, 'GC');
    expect(theirs?.environment).toEqual(ours?.environment);
    // cnitool has no list of what is valid; an empty one is what this library asks for instead.
    const { 'cni.dev/attachments': _, 'cni.dev/valid-attachments': __, ...rest } = { ...ours?.stdin };
    expect(rest).toEqual(theirs?.stdin);
  });

  it('does not run plugins if the network is of version 1.0.0', async () => {
    const { cni, list } = await network('1.0.0', installed.dir);
    expect(await runsDuring(() => cni.gcNetworkList(list, { validAttachments: [] }))).toEqual([]);
  });

  it('goes on past a plugin that fails, and names each of them', async () => {
    const { cni, list } = await makeNetwork(lab, {
      plugins: [{ type: 'missing-first' }, noting(lab), { type: 'missing-last' }],
      path: [newest.dir, notingDir],
      cniVersion: '1.1.0',
    });
    const error = await failure(cni.gcNetworkList(list, { validAttachments: [] }));
    const plugins = error instanceof LibcniAggregateError ? error.errors : [];
    expect(plugins).toMatchObject([{ plugin: 'missing-first' }, { plugin: 'missing-last' }]);
    expect(await notesOf(lab, 'GC')).toHaveLength(1);
  });

  it('works on the attachments in the cache, also if it runs twice', async () => {
    const [shared, pod] = [await network('1.1.0', newest.dir), await lab.pod()];
    const { cni, list } = shared;
    await cni.addNetworkList(list, runtimeConf(plainAttachmentOf(pod)));
    expect((await cni.gcNetworkList(list, { validAttachments: [] })).stale).toHaveLength(1);
    expect((await cni.gcNetworkList(list, { validAttachments: [] })).stale).toHaveLength(0);
    expect(await pod.addedLinks()).toEqual([]);
  });
});
