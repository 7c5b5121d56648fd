// Tests a program that attaches containers, without root, plugins or namespaces: fake plugins run inside this process.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIOperator, networkConf, PluginError } from 'libcni';
import { FakePlugins } from 'libcni/testing';

/** The tested function: it tries again if the plugin says that this may help. */
async function attachPatiently(operator: CNIOperator, id: string): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { networks } = await operator.attach({ id, netns: `/run/netns/${id}` });
      return networks.flatMap(({ addresses }) => addresses);
    } catch (error) {
      if (!(error instanceof PluginError && error.code === 11) || tries === 3) throw error;
    }
  }
}

const cacheDir = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const busy = { error: { code: 11, msg: 'try again later' } };
let adds = 0;
await using plugins = await FakePlugins.create({
  plugins: { bridge: { ADD: () => (++adds < 3 ? busy : {}) } },
});
const web = networkConf({ name: 'web', cniVersion: '1.0.0', plugins: [{ type: 'bridge' }] });
const operator = await CNIOperator.create({
  networks: [web],
  sources: [],
  binDirs: [plugins.folder],
  cacheDir,
  exec: plugins,
  loopback: 'none',
});
try {
  assert.deepEqual(await attachPatiently(operator, 'c1'), ['192.0.2.2/24']);
  const verbs = plugins.calls.map(({ verb }) => verb);
  assert.deepEqual(verbs, ['ADD', 'DEL', 'ADD', 'DEL', 'ADD']);
  console.log('attached at the third try:', verbs.join(', '));
  await operator.detach({ id: 'c1' });
} finally {
  await operator.close();
  await rm(cacheDir, { recursive: true });
}
