import { describe, expect, it } from 'vitest';
import { pluginNames } from '../../scripts/integration/plugin-set.mjs';
import { findInPath } from '../../src/index.js';
import { useLab } from './harness/lab.js';
import { pluginDir } from './harness/plugin-dirs.js';

describe('the plugins that these tests run', () => {
  const lab = useLab();

  it.each(pluginNames)('%s comes from the one folder, and is of the release that is meant', async (name) => {
    expect(await findInPath(name, lab.path)).toBe(`${pluginDir}/${name}`);
    const { supportedVersions } = await lab.cni.getVersionInfo(name);
    expect(supportedVersions.at(-1)).toBe(process.env.INTEGRATION_CNI_VERSION);
  });
});
