import { mkdtemp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pluginFailure } from '../../integration/harness/failure.js';
import { useLab } from '../../integration/harness/lab.js';
import { bandwidth, firewall, portmap } from '../../integration/harness/plugins.js';
import { cnitool } from './harness/cnitool.js';
import { bridged, makeNetwork, type Network, noting, tuning } from './harness/network.js';
import { notesOf } from './harness/notes.js';
import { installed, newest, notingDir } from './harness/plugin-sets.js';
import { thisLibrary } from './harness/this-library.js';

describe('STATUS of the newest plugins', () => {
  const lab = useLab();

  /** A network whose plugins are looked for in a folder with these alone, next to the noting plugin. */
  async function network(plugins: readonly object[], programs: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(join(lab.folder, 'bin-'));
    for (const [name, dir] of Object.entries(programs)) await symlink(join(dir, name), join(folder, name));
    return makeNetwork(lab, { plugins, path: [folder, notingDir], cniVersion: '1.1.0' });
  }

  it('is ready for a chain of five in both libraries, and asks all of them', async () => {
    const plugins = [bridged(lab), tuning, firewall, bandwidth, portmap, noting(lab)];
    const chain = await makeNetwork(lab, { plugins, path: [newest.dir, notingDir], cniVersion: '1.1.0' });
    await expectReady(chain);
    const [ours, theirs, ...more] = await notesOf(lab, 'STATUS');
    expect(ours).toBeDefined();
    expect(theirs).toEqual(ours);
    expect(more).toEqual([]);
  });

  it('fails through the bridge plugin if its address management is missing', async () => {
    const alone = await network([bridged(lab)], { bridge: newest.dir });
    const error = await pluginFailure(thisLibrary(alone).status());
    expect(error).toMatchObject({ verb: 'STATUS', plugin: 'bridge', network: 'shared' });
    expect(error.msg).toMatch(/host-local/);
    await expect(cnitool(alone).status()).rejects.toThrow(error.msg);
  });

  it('fails through the bridge plugin if its address management is of an older release', async () => {
    const mixed = await network([bridged(lab)], { bridge: newest.dir, 'host-local': installed.dir });
    const { supportedVersions } = await mixed.cni.getVersionInfo('host-local');
    expect(supportedVersions).not.toContain('1.1.0');
    const error = await pluginFailure(thisLibrary(mixed).status());
    expect(error).toMatchObject({ verb: 'STATUS', plugin: 'bridge' });
    await expect(cnitool(mixed).status()).rejects.toThrow(error.msg);
  });

  it('is that of the first plugin that is not ready, and later ones are not asked', async () => {
    const unreadable = { type: 'bridge', mtu: 'not a number' };
    const { cni, list } = await network([noting(lab), unreadable, noting(lab)], { bridge: newest.dir });
    const error = await pluginFailure(cni.getStatusNetworkList(list));
    expect(error.msg).toMatch(/failed to load netconf/);
    expect(await notesOf(lab, 'STATUS')).toHaveLength(1);
  });
});

async function expectReady(network: Network): Promise<void> {
  await thisLibrary(network).status();
  await cnitool(network).status();
}
