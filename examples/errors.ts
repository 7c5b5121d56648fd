// How to tell errors apart: by class and code, never by message. Needs root and the CNI plugins.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIConfig, createNetns, LibcniError, networkConf, type PluginConf, PluginError } from 'libcni';

const folder = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const path = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const cni = new CNIConfig({ path, cacheDir: folder });
const netns = await createNetns();
const rt = { containerId: 'errors', netns: netns.path, ifName: 'eth0' };

try {
  await show('a plugin that is not installed', { type: 'no-such-plugin' }, 'ERR_PLUGIN_NOT_FOUND');
  await show('a plugin that fails', { type: 'bridge', vlan: 100_000 }, 'a plugin failed');
  await show('a caller that cancels', { type: 'bridge' }, 'ERR_ABORTED', AbortSignal.abort());
} finally {
  await netns.remove();
  await rm(folder, { recursive: true });
}

/** Tries to add a network with one plugin and explains the failure. */
async function show(
  title: string,
  plugin: PluginConf,
  expected: string,
  signal?: AbortSignal,
): Promise<void> {
  const network = networkConf({ cniVersion: '1.0.0', name: 'errors', plugins: [plugin] });
  const found = await cni
    .addNetworkList(network, rt, signal ? { signal } : {})
    .then(() => 'no error', explain);
  console.log(`${title}: ${found}`);
  assert.ok(found.includes(expected), `expected ${expected}`);
}

function explain(error: unknown): string {
  if (error instanceof PluginError) {
    return `a plugin failed: ${error.plugin} in ${error.verb}, code ${error.code}, "${error.msg}"`;
  }
  if (error instanceof LibcniError) return `${error.code} (${error.plugin ?? 'no plugin'})`;
  throw error;
}
