import { describe, expect, it } from 'vitest';
import { CNIConfig } from '../../../src/index.js';
import { installed, newest } from './harness/plugin-sets.js';

/** Every plugin that these tests run from both sets. */
const used = ['bridge', 'host-local', 'tuning', 'firewall', 'bandwidth', 'portmap'];

describe.each([installed, newest])('$name plugins', ({ dir, cniVersion }) => {
  it.each(used)('%s is of the expected release', async (plugin) => {
    await using cni = new CNIConfig({ path: [dir] });
    const { supportedVersions } = await cni.getVersionInfo(plugin);
    expect([...supportedVersions].sort().at(-1)).toBe(cniVersion);
  });
});

it('are two sets', () => {
  expect(newest.dir).not.toBe(installed.dir);
});
