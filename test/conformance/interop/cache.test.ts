import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CACHE_DIR } from '../../../src/index.js';
import { filesUnder } from '../../integration/harness/files.js';
import { useLab } from '../../integration/harness/lab.js';
import { attachmentOf } from './harness/attachment.js';
import { cnitool } from './harness/cnitool.js';
import { makeChain } from './harness/network.js';
import { withoutChance } from './harness/notes.js';
import { newest } from './harness/plugin-sets.js';
import { containerIdOf } from './harness/runtime.js';
import { runtimeConf, thisLibrary } from './harness/this-library.js';

describe('the cache that both libraries use', () => {
  const lab = useLab();

  it('gives the result, configuration and arguments of cnitool to this library', async () => {
    const [network, pod] = [await makeChain(lab, newest), await lab.pod()];
    const { cni, list } = network;
    const attachment = attachmentOf(pod);
    const result = await cnitool(network).add(attachment);

    expect(await cni.getNetworkListCachedResult(list, runtimeConf(attachment))).toEqual(result);
    const { args, capabilityArgs, ifName, netns } = attachment;
    const known = { containerId: containerIdOf(netns), ifName, netns, capabilityArgs };
    const cached = await cni.getNetworkListCachedConfig(list, runtimeConf(attachment));
    expect(cached).toMatchObject({ config: list.bytes, rt: { ...known, args } });
    const listed = await cni.getCachedAttachments(containerIdOf(netns));
    expect(listed).toMatchObject([{ ...known, network: 'shared', cniArgs: args }]);
    await cnitool(network).del(attachment);
    expect(await cni.getCachedAttachments()).toEqual([]);
  });

  it('holds the same entry, under the same name, no matter which library has written it', async () => {
    const [network, pod] = [await makeChain(lab, newest), await lab.pod()];
    const entries: unknown[] = [];
    for (const runtime of [cnitool(network), thisLibrary(network)]) {
      await runtime.add(attachmentOf(pod));
      const files = await filesUnder(DEFAULT_CACHE_DIR);
      expect(files).toEqual([entryOf(pod.path)]);
      entries.push(withoutChance(JSON.parse(await readFile(entryOf(pod.path), 'utf8'))));
      await runtime.del(attachmentOf(pod));
      expect(await filesUnder(DEFAULT_CACHE_DIR)).toEqual([]);
    }
    // Go passes over what tells the namespace from another one at its path.
    expect(entries[1]).toEqual({ ...Object(entries[0]), netnsIdentity: expect.stringContaining('cookie=') });
  });
});

function entryOf(netns: string): string {
  return join(DEFAULT_CACHE_DIR, 'results', `shared-${containerIdOf(netns)}-net1`);
}
